"""What differs from another release: figures, comparisons, gaps, structures, definitions, tables and what made them.

It shows a document of differences (diff.json of the release, or one made for another pair) and counts nothing itself.
"""

from __future__ import annotations

import json

from reports import differences
from reports.contents import Contents
from reports.differences import Fold
from reports.language import _
from reports.numbers import count, several
from reports.page import Page
from reports.release import Release, Row

NAME = "diff.json"


def held(release: Release) -> Row | None:
    """The document that a release holds; None where there is no release before it to differ from."""
    try:
        document: Row = json.loads((release.folder / NAME).read_text(encoding="utf-8"))
    except OSError:
        return None
    return document if document["earlier"] else None


def path(document: Row, release: Release) -> str:
    """Where the page stands: the one of the release's own document under a name that links know."""
    own = held(release)
    is_own = own is not None and own["earlier"] == document["earlier"]
    return "differences.html" if is_own else f"differences-from-{document['earlier']}.html"


def page(contents: Contents, document: Row) -> Page:
    """The page of a document of differences whose later release is the one at hand."""
    return Page(
        path=path(document, contents.release),
        template="differences.html",
        title=_("What differs from release %(earlier)s") % {"earlier": document["earlier"]},
        section="changes",
        balance=contents.balances.of(),
        about_models=True,
        context={"document": document, "sentence": _sentence(document), "parts": _parts(contents, document)},
    )


def _sentence(document: Row) -> str:
    cells = document.get("cells", document)
    if "not_compared" in cells:
        return _("Figures of the two releases cannot be compared: %(why)s.") % {"why": cells["not_compared"]}
    said = _("From release %(earlier)s to %(later)s, %(changed)s changed, %(added)s came in and %(removed)s went out.")
    return said % {
        "earlier": document["earlier"],
        "later": document["later"],
        "changed": several(cells["changed"], _("figure"), _("figures")),
        "added": count(cells["added"]),
        "removed": count(cells["removed"]),
    }


def _parts(contents: Contents, document: Row) -> list[tuple[str, str, str, list[Fold]]]:
    """Anchor, heading, sentence and tables of each part; a part that cannot be compared says why."""
    if "not_compared" in document:
        return []
    made: list[tuple[str, str, str, list[Fold]]] = []
    for name, heading, show in (
        ("cells", _("Figures"), differences.figures),
        ("comparisons", _("Comparisons"), differences.comparisons),
        ("gaps", _("Gaps"), differences.gaps),
        ("structures", _("Structures"), differences.structures),
    ):
        part = document[name]
        if "not_compared" in part:
            made.append((name, heading, _("Not compared: %(why)s.") % {"why": part["not_compared"]}, []))
        else:
            made.append((name, heading, *show(contents, part)))
    return [
        *made,
        ("definitions", _("Definitions"), *differences.definitions(document["definitions"])),
        ("tables", _("Tables"), *differences.tables(document["tables"])),
        ("inputs", _("What made them"), *differences.inputs(document["inputs"])),
    ]
