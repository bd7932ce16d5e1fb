"""Renders a release as a folder of static pages: no outside address, readable from a disk or a stick.

Assembles; what a page says is in reports.pages. Everything is written beside the site and its words are linted before
it takes the place of the old one, so a site that may not appear leaves no trace.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from reports import beside, claims, findings, gap_lists, gaps, search, stylesheet
from reports import pdf as printed
from reports.beside import Tables
from reports.charts.drawing import Drawings
from reports.components import environment
from reports.contents import Contents
from reports.language import SOURCE, speaking
from reports.page import Page, pdf_path, service_path
from reports.pages import (
    accessibility_page,
    changes_page,
    comparison_page,
    deliveries_page,
    dictionary_page,
    differences_page,
    downloads_page,
    findings_page,
    front_page,
    gaps_page,
    indicator_page,
    numbers_page,
    service_page,
    structures_page,
)
from reports.release import Release, ReleaseNotSound, Row, open_release
from reports.spreadsheets.writing import Writing, writing

__all__ = ["ReleaseNotSound", "RenderedSite", "render"]

_OURS = "assets/dovetail.css"
_HALF = re.compile(r"\..+?(\.old)?\.\d+")
"""The name of a site that is being made, or put aside to be removed."""


@dataclass(frozen=True)
class RenderedSite:
    """What was rendered.

    Attributes:
        pages: paths in the site.
        seconds: wall time, all in.
        quoted_claims: words quoted from data that this project would not use itself; they stand, and are reported.
    """

    pages: tuple[str, ...]
    seconds: float
    quoted_claims: tuple[claims.Claim, ...] = ()


def render(
    release: Path,
    into: Path,
    *,
    assets: Path | None = None,
    charts: Path | None = None,
    language: str = SOURCE,
    spreadsheets: bool = False,
    pdf: bool = False,
) -> RenderedSite:
    """Render a release into a folder, in place of what an earlier render left there.

    Args:
        release: holds dovetail.duckdb, checks.json and MANIFEST; opened read-only and closed again.
        into: made when it is not there; appears whole or not at all.
        assets: the stylesheet of GOV.UK Frontend, or a folder that holds it; that of the checkout when None.
        charts: the folder of kept charts; made when it is not there, and nothing is kept when None. Workbooks are kept
            beside it, in `workbooks`.
        language: of our own words; a catalogue of it must be there.
        spreadsheets: whether every service and the release get their workbooks.
        pdf: whether every service gets its two sheets of A4, which needs Chromium.

    Raises:
        ReleaseNotSound: the release may not be shown.
        ClaimRefused: a page would claim more than its evidence supports.
        StylesheetMissing: `make setup` has not run.
        LanguageUnknown: the reports are not translated into this language.
        FileExistsError: the folder holds something else.
        RulesBroken: a workbook breaks a rule for spreadsheets.
        PrintingNotPossible: sheets are wanted and Chromium is not there.
    """
    began = time.perf_counter()
    stylesheet.find(assets)
    if into.exists() and any(into.iterdir()) and not (into / _OURS).is_file():
        raise FileExistsError(f"{into} holds something that is not a report; name another folder for the pages.")
    partial = into.with_name(f".{into.name}.{os.getpid()}")
    _remove_abandoned(into.parent)
    try:
        stylesheet.write(partial / "assets", assets)
        with ExitStack() as beside, speaking(language), open_release(release) as opened, Drawings(charts) as drawings:
            workbooks = (
                beside.enter_context(writing(release, partial, kept=charts and charts.with_name("workbooks")))
                if spreadsheets
                else None
            )
            contents = Contents(opened, drawings, is_with_spreadsheets=spreadsheets, is_with_pdf=pdf)
            written = _write(contents, partial, workbooks)
        _swap(partial, into)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    quoted = tuple(claim for claim in written.claims if claim.is_quoted)
    return RenderedSite(tuple(written.pages), time.perf_counter() - began, quoted)


def add_differences(release: Path, into: Path, document: Row, *, language: str = SOURCE) -> Path:
    """Add a page to the report of a release: what differs from another one.

    Args:
        release: the later of the two.
        into: its report.
        document: what differs, as diff.json holds it.
        language: of our own words.

    Returns:
        The page.

    Raises:
        FileNotFoundError: the release has no report to put it in.
        ReleaseNotSound: the release may not be shown.
        ClaimRefused: the page would claim more than its evidence supports.
    """
    if not (into / _OURS).is_file():
        raise FileNotFoundError(
            f"Release {document['later']} has no report to put the page in: `dovetail releases rollback "
            f"{document['later']}` renders it, or take --json."
        )
    written = _Written()
    with speaking(language), open_release(release) as opened, Drawings() as drawings:
        page = differences_page.page(Contents(opened, drawings), document)
        partial = into / f".{os.getpid()}"
        try:
            _write_page(page, opened, partial, claims.Linter(_names(opened)), written)
            claims.refuse(written.claims)
            (partial / page.path).replace(into / page.path)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return into / page.path


@dataclass
class _Written:
    """What stands in the partial folder: pages, every claim in them, and what each table beside them is of."""

    pages: list[str] = field(default_factory=list)
    entries: list[search.Entry] = field(default_factory=list)
    claims: list[claims.Claim] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)


def _write(contents: Contents, partial: Path, workbooks: Writing | None) -> _Written:
    """Write the pages, the tables beside them and what searches them.

    Raises:
        ClaimRefused: a page would claim more than its evidence supports.
    """
    release = contents.release
    written = _Written()
    linter = claims.Linter(_names(release))
    with beside.writing(release, partial) as tables:
        pages = _plan(contents, tables)
        # Those with charts come last, because the charts are drawn while the others are put together.
        for page in chain(numbers_page.pages(contents), sorted(pages, key=lambda page: page.has_charts)):
            _write_page(page, release, partial, linter, written)
        for path, header in tables.headers():
            written.claims += linter.find_in_strings(path, header)
    if contents.is_with_pdf:
        wanted = {service_path(code): pdf_path(code) for code, area in contents.areas.items() if area.is_service}
        printed.write(partial, wanted, release.built_at)
        written.about |= {pdf_path(code): contents.areas[code].name for code in contents.areas}
    written.about |= workbooks.finish() if workbooks else {}
    # Last, because it tells how large each file is.
    _write_page(downloads_page.page(contents, partial, written.about), release, partial, linter, written)
    claims.refuse(
        sorted(written.claims, key=lambda claim: (claim.page != "index.html", claim.page.count("/"), claim.page))
    )
    search.write(partial / "assets", written.entries)
    return written


def _write_page(page: Page, release: Release, partial: Path, linter: claims.Linter, written: _Written) -> None:
    template = environment().get_template(page.template)
    text = template.render(page=page, release=release, built_on=front_page.built_on(release), **page.context)
    written.claims += linter.find(page.path, text, about_models=page.about_models)
    written.pages.append(page.path)
    written.entries += search.entries(page)
    if isinstance(page.context.get("csv"), str):
        written.about[page.context["csv"]] = page.title
    (partial / page.path).parent.mkdir(parents=True, exist_ok=True)
    (partial / page.path).write_text(text, encoding="utf-8")


def _plan(contents: Contents, tables: Tables) -> list[Page]:
    """Every page but those of numbers and downloads; every table to stand beside them is begun."""
    has_findings = findings.is_held(contents.release)
    queries = {
        gap_lists.ledger_path(contents.release): gaps.ALL_GAPS,
        "data/gap_effects.csv": gaps.ALL_EFFECTS,
        **deliveries_page.TABLES,
        **(findings_page.TABLES if has_findings else {}),
    }
    for path, query in queries.items():
        tables.add(path, query)
    pages = [
        *comparison_page.pages(contents, tables),
        *indicator_page.pages(contents, tables),
        front_page.page(contents),
        *service_page.pages(contents),
        *structures_page.pages(contents, tables),
        gaps_page.page(contents),
        deliveries_page.page(contents.release, contents.balances, contents.sources),
        changes_page.page(contents),
        dictionary_page.page(contents),
        accessibility_page.page(contents.balances),
    ]
    if (document := differences_page.held(contents.release)) is not None:
        pages.append(differences_page.page(contents, document))
    if has_findings:
        pages.append(findings_page.page(contents.release, contents.balances))
    return pages


def _names(release: Release) -> list[str]:
    """Names from data: of places, and what indicators that are never compared are called and count."""
    named = "title, counts, numerator_counts, denominator_counts, unit_label"
    rows = release.rows(
        f"select distinct unnest([{named}]) as name from indicators where not is_compared"
        " union select service_name from services union select area_name from authorities"
    )
    return sorted(row["name"] for row in rows if row["name"])


def _remove_abandoned(folder: Path) -> None:
    """Remove what renders that were killed left beside the sites: one process renders into a folder, and it is this."""
    for left in folder.glob(".*"):
        if _HALF.fullmatch(left.name):
            shutil.rmtree(left, ignore_errors=True)


def _swap(partial: Path, into: Path) -> None:
    """Put the new site in place of the old in two renames; the old one is removed after."""
    into.parent.mkdir(parents=True, exist_ok=True)
    old = into.with_name(f".{into.name}.old.{os.getpid()}")
    if into.exists():
        into.rename(old)
    partial.rename(into)
    shutil.rmtree(old, ignore_errors=True)
