"""Renders a release as a folder of static pages: no script, no outside address, readable from a disk or a stick.

Assembles; what a page says is in reports.pages. Everything is rendered and its words are linted before anything is
written, so a site that may not appear leaves no trace.
"""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from reports import claims, comparisons, definitions, findings, gaps, observations, stylesheet
from reports.balance import Balances
from reports.components import environment
from reports.page import Page
from reports.pages import (
    accessibility_page,
    comparison_page,
    deliveries_page,
    findings_page,
    front_page,
    gaps_page,
    indicator_page,
)
from reports.pages.indicator_page import Sources
from reports.release import Release, ReleaseNotSound, Row, open_release
from reports.strip_plot import Drawings

__all__ = ["ReleaseNotSound", "RenderedSite", "render"]

_OURS = "assets/dovetail.css"


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


def render(release: Path, into: Path, *, assets: Path | None = None) -> RenderedSite:
    """Render a release into a folder, in place of what an earlier render left there.

    Args:
        release: holds dovetail.duckdb, checks.json and MANIFEST; opened read-only and closed again.
        into: made when it is not there; appears whole or not at all.
        assets: the stylesheet of GOV.UK Frontend, or a folder that holds it; that of the checkout when None.

    Raises:
        ReleaseNotSound: the release may not be shown.
        ClaimRefused: a page would claim more than its evidence supports.
        StylesheetMissing: `make setup` has not run.
        FileExistsError: the folder holds something else.
    """
    began = time.perf_counter()
    stylesheet.find(assets)
    if into.exists() and any(into.iterdir()) and not (into / _OURS).is_file():
        raise FileExistsError(f"{into} holds something that is not a report; name another folder for the pages.")
    partial = into.with_name(f".{into.name}.{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        with open_release(release) as opened, Drawings() as drawings:
            pages, tables = _plan(opened, drawings)
            texts = {page.path: _text(page, opened) for page in pages}
            linter = claims.Linter(_names(opened))
            found = [
                claim
                for page in pages
                for claim in linter.find(page.path, texts[page.path], about_models=page.about_models)
            ]
            claims.refuse(found)
            for path, text in texts.items():
                (partial / path).parent.mkdir(parents=True, exist_ok=True)
                (partial / path).write_text(text, encoding="utf-8")
            (partial / "data").mkdir()
            for path, table in tables.items():
                if isinstance(table, str):
                    opened.copy(table, partial / path)
                else:
                    opened.write(table, partial / path)
        stylesheet.write(partial / "assets", assets)
        _swap(partial, into)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return RenderedSite(tuple(texts), time.perf_counter() - began, tuple(claim for claim in found if claim.is_quoted))


def _plan(release: Release, drawings: Drawings) -> tuple[list[Page], dict[str, str | list[Row]]]:
    """Every page, and every table to write beside them: path -> query or rows."""
    known = definitions.load(release)
    balances = Balances(release)
    sources = _sources(release)
    compared = comparisons.load(release)
    comparisons.load_services(release, [comparisons.headline(found) for found in compared.values()])
    tables: dict[str, str | list[Row]] = {
        "data/attribution_gaps.csv": gaps.ALL_GAPS,
        "data/gap_effects.csv": gaps.ALL_EFFECTS,
        **deliveries_page.TABLES,
    }
    # First, because their charts are drawn while the other pages are put together.
    comparison_pages = []
    for found in compared.values():
        page = comparison_page.page(found, known, balances, sources.titles, drawings)
        comparison_pages.append(page)
        tables[page.context["csv"]] = comparison_page.csv_rows(comparisons.headline(found))
    coverage = observations.coverage(release)
    latest = observations.latest(release)
    of_indicator = gaps.by_indicator(release)
    pages = [front_page.page(release, known, coverage, compared, balances, sources)]
    for indicator_id in dict.fromkeys(indicator for indicator, _ in known if indicator in latest):
        page = indicator_page.page(
            [definition for (indicator, _), definition in known.items() if indicator == indicator_id],
            latest[indicator_id],
            coverage[indicator_id],
            of_indicator.get(indicator_id, []),
            {typology: found for (indicator, typology), found in compared.items() if indicator == indicator_id},
            balances,
            sources,
        )
        pages.append(page)
        tables[page.context["csv"]] = observations.csv_query(indicator_id)
    others = [
        gaps_page.page(release, balances),
        deliveries_page.page(release, balances, sources),
        accessibility_page.page(balances),
    ]
    if findings.is_held(release):
        others.append(findings_page.page(release, balances))
        tables |= findings_page.TABLES
    return pages + comparison_pages + others, tables


def _names(release: Release) -> list[str]:
    """What indicators that are never compared are called and count: of most a delivered file says it."""
    named = "title, counts, numerator_counts, denominator_counts, unit_label"
    rows = release.rows(f"select distinct unnest([{named}]) as name from indicators where not is_compared")
    return [row["name"] for row in rows if row["name"]]


def _sources(release: Release) -> Sources:
    """Titles and publishers, where the release carries its datasets; their ids speak for themselves elsewhere."""
    if not release.has("datasets"):
        return Sources({}, {})
    rows = release.rows("select source_id, title, publisher from datasets")
    return Sources(
        {row["source_id"]: row["title"] for row in rows}, {row["source_id"]: row["publisher"] for row in rows}
    )


def _text(page: Page, release: Release) -> str:
    template = environment().get_template(page.template)
    return template.render(page=page, release=release, built_on=front_page.built_on(release), **page.context)


def _swap(partial: Path, into: Path) -> None:
    """Put the new site in place of the old in two renames; the old one is removed after."""
    into.parent.mkdir(parents=True, exist_ok=True)
    old = into.with_name(f".{into.name}.old.{os.getpid()}")
    if into.exists():
        into.rename(old)
    partial.rename(into)
    shutil.rmtree(old, ignore_errors=True)
