"""Every file that can be taken away, with its size and what it is for: beside the pages, and in the release."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup

from reports.contents import Contents
from reports.language import _
from reports.numbers import count, number
from reports.page import Page
from reports.release import Release
from reports.tables import Column, breakable, lines, link, table

_DOCUMENTS = {
    "dovetail.duckdb": lambda: _("every public table in one file, with a comment on each column; open it read-only"),
    "DICTIONARY.md": lambda: _("every table and column in words"),
    "KNOWN_ISSUES.md": lambda: _("what the release knows to be wrong, doubtful or missing"),
    "datapackage.json": lambda: _("the same dictionary for programs (Frictionless)"),
    "data/csv-metadata.json": lambda: _("the same for every CSV file, as CSV on the Web"),
    "open-data/dfe-tidy/README.md": lambda: _("indicators in the tidy format of the Department for Education"),
    "checks.json": lambda: _("what was checked and how it came out"),
    "diff.json": lambda: _("what differs from the release before"),
}
_FOLDERS = {
    "data": lambda: _("Tables of these pages"),
    "spreadsheets": lambda: _("Spreadsheets"),
    "pdf": lambda: _("For paper"),
    "open-data": lambda: _("Open data"),
}
_KINDS = {
    ".csv": lambda: _("rows as text, one line each"),
    ".zip": lambda: _("rows as text, packed because they are many"),
    ".ods": lambda: _("a workbook for LibreOffice and others"),
    ".xlsx": lambda: _("a workbook for Excel and others"),
    ".pdf": lambda: _("two sheets of A4"),
    ".json": lambda: _("what describes the files beside it, for programs"),
    ".parquet": lambda: _("rows for programs"),
}


def page(contents: Contents, site: Path, about: dict[str, str]) -> Page:
    """The downloads page.

    Args:
        contents: of the release.
        site: where every other file of the site stands already.
        about: what a file of the site is of, by its path there.
    """
    return Page(
        path="downloads.html",
        template="downloads.html",
        title=_("Downloads"),
        section="downloads",
        balance=contents.balances.of(),
        kind=_("Page"),
        context={
            "folders": [
                (heading(), made)
                for folder, heading in _FOLDERS.items()
                if (made := _folder_table(heading(), site, folder, about))
            ],
            "release_files": _release_table(contents.release),
        },
    )


def _folder_table(caption: str, site: Path, folder: str, about: dict[str, str]) -> Markup | None:
    files = sorted(file for file in (site / folder).rglob("*") if file.is_file()) if (site / folder).is_dir() else []
    if not files:
        return None
    rows = []
    for file in files:
        path = file.relative_to(site).as_posix()
        rows.append([link(path, breakable(file.name)), _size(file), lines(about.get(path) or _kind(file))])
    columns = [
        Column(_("File"), is_quoted=True),
        Column(_("Size"), is_numeric=True),
        Column(_("What it is for"), is_wide=True),
    ]
    return table(caption, columns, rows, is_caption_hidden=True)


def _release_table(release: Release) -> Markup:
    rows: list[list[object]] = [
        [name, _size(release.folder / name), said()]
        for name, said in _DOCUMENTS.items()
        if (release.folder / name).is_file()
    ]
    data = release.folder / "data"
    for suffix in (".parquet", ".csv"):
        files = [file for file in data.rglob(f"*{suffix}") if file.is_file()] if data.is_dir() else []
        if files:
            said = _("%(files)s, one for each public table or part of one: %(what)s") % {
                "files": count(len(files)),
                "what": _KINDS[suffix](),
            }
            rows.append([f"data/*{suffix}", _bytes(sum(file.stat().st_size for file in files)), said])
    columns = [
        Column(_("File of the release")),
        Column(_("Size"), is_numeric=True),
        Column(_("What it is for"), is_wide=True),
    ]
    return table(_("Files of the release"), columns, rows, is_caption_hidden=True)


def _kind(file: Path) -> str:
    said = _KINDS.get(file.suffix)
    return said() if said else ""


def _size(file: Path) -> str:
    return _bytes(file.stat().st_size)


def _bytes(size: int) -> str:
    if size < 1000:
        return _("%(size)s bytes") % {"size": count(size)}
    if size < 1_000_000:
        return _("%(size)s kB") % {"size": number(size / 1000)}
    return _("%(size)s MB") % {"size": number(size / 1_000_000, 1)}
