"""The index that the search box of a page reads, and the script that reads it: the only script of the site.

Everything can be found and read without it. The index is a script too and not a JSON file, because a browser reads
no file beside a page that was opened from a disk, except what the page names as a script, a style or a picture.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from reports.page import Page

SCRIPT, INDEX = "dovetail.js", "search-index.js"

Entry = tuple[str, str, str, str]
"""Title, what kind of page, path, other words under which it is looked for."""


def entries(page: Page) -> list[Entry]:
    """What of a page can be searched for; nothing of one without a kind."""
    return [(page.title, page.kind, page.path, page.keywords)] if page.kind else []


def write(into: Path, found: Iterable[Entry]) -> None:
    """Write the index and the script."""
    into.mkdir(parents=True, exist_ok=True)
    content = json.dumps(sorted(found, key=lambda entry: (entry[0].casefold(), entry[2])), ensure_ascii=True)
    # A title that ends a script element is text here as elsewhere.
    content = content.replace("<", "\\u003c").replace("],", "],\n")
    (into / INDEX).write_text(f"window.dovetailIndex = {content};\n", encoding="utf-8")
    script = resources.files("reports") / "assets" / SCRIPT
    (into / SCRIPT).write_text(script.read_text(encoding="utf-8"), encoding="utf-8")
