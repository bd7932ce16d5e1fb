"""The two stylesheets of the site: GOV.UK Frontend's, made fit to stand outside GOV.UK, and our own.

GDS Transport and the crown are licensed for GOV.UK alone, so neither is copied, named or asked for.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

NAME = "govuk-frontend.min.css"
_IN_PACKAGE = Path("node_modules/govuk-frontend/dist/govuk") / NAME


class StylesheetMissing(Exception):
    """GOV.UK Frontend is not installed."""


def find(assets: Path | None) -> Path:
    """The stylesheet of GOV.UK Frontend.

    Args:
        assets: the stylesheet, or a folder that holds it or the node_modules it came in; the checkout when None.

    Raises:
        StylesheetMissing: it is in none of the places.
    """
    base = assets or Path(__file__).resolve().parents[1]
    for place in (base, base / NAME, base / "dist/govuk" / NAME, base / _IN_PACKAGE, base.parent / _IN_PACKAGE):
        if place.is_file():
            return place
    raise StylesheetMissing(
        f"The reports need the stylesheet of GOV.UK Frontend and it is not at {_IN_PACKAGE}: "
        "run `make setup`, which installs it."
    )


def without_licensed_parts(css: str) -> str:
    """GOV.UK Frontend's stylesheet without its font, its crest and every other address.

    Raises:
        StylesheetMissing: an address is left, so the file is not of the version this was written for.
    """
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    css = re.sub(r"[\"']?GDS Transport[\"']?\s*,\s*", "", css)
    css = re.sub(r"/\*[#!].*?\*/", "", css, flags=re.DOTALL)
    # Print rules that spell out the target of outside links: the site has none.
    css = re.sub(r"(?<=[{}])[^{}]*\[href\^=[\"']https?:[^{}]*\{[^{}]*\}", "", css)
    # A declaration that fetches something: from the last ; or { up to the next ; or }.
    css = re.sub(r"(?<=[;{])[^;{}]*url\([^)]*\)[^;{}]*;?", "", css)
    left = re.search(r"url\(|@import|https?:|GDS Transport", css)
    if left:
        raise StylesheetMissing(
            f"GOV.UK Frontend's stylesheet still asks for something ({css[left.start() : left.start() + 60]!r}): "
            "install the version in package-lock.json with `make setup`."
        )
    return "/* GOV.UK Frontend, MIT licence, (c) Crown copyright; fonts and images left out. */\n" + css.strip()


def write(into: Path, assets: Path | None) -> None:
    """Write both stylesheets into the folder."""
    into.mkdir(parents=True, exist_ok=True)
    text = without_licensed_parts(find(assets).read_text(encoding="utf-8"))
    (into / "govuk-frontend.css").write_text(text, encoding="utf-8")
    own = resources.files("reports") / "assets" / "dovetail.css"
    (into / "dovetail.css").write_text(own.read_text(encoding="utf-8"), encoding="utf-8")
