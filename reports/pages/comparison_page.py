"""The comparison of an indicator across structural models: what it shows, what it leaves out, or why it is refused.

Puts together the parts of reports.comparison. It never ranks models: they stand in the order of their typology, in one
colour, and the words are about services.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reports import comparisons, measured
from reports.comparison import changes, courses, estimands, opening, plot, sensitivity, services, strata, testing
from reports.comparisons import Comparison, headline
from reports.language import _
from reports.page import Page, comparison_path, indicator_path
from reports.periods import span
from reports.release import Row

if TYPE_CHECKING:
    from reports.beside import Tables
    from reports.contents import Contents

DOES_NOT_JUDGE = opening.DOES_NOT_JUDGE


def pages(contents: Contents, tables: Tables) -> Iterator[Page]:
    """A page for each indicator and typology that is compared, or refused; its rows are added to the tables."""
    comparisons.load_tests(contents.release, [headline(found) for found in contents.compared.values()])
    values = comparisons.courses(contents.release)
    changed = measured.changes(contents.release)
    for key, found in contents.compared.items():
        page = _page(found, values.get(key, []), changed.get(key, []), contents)
        tables.add(page.context["csv"], csv_rows(headline(found)))
        yield page


def _page(compared: list[Comparison], values: list[Row], changed: list[Row], contents: Contents) -> Page:
    """The page of one indicator and typology.

    Args:
        compared: its comparisons, the latest first; services and tests of the headline one are loaded.
        values: every value used, by service and period.
        changed: values before and after a change of model.
        contents: of this site.
    """
    shown, latest = headline(compared), compared[0]
    definition = contents.definitions[shown.key]
    typology = contents.balances.title(shown.facts["typology_id"])
    source = "; ".join(contents.sources.title(one) for one in shown.sources())
    with_numbers = frozenset(code for code, area in contents.areas.items() if shown.key in area.lines)
    of_services = services.services_table(shown, definition, with_numbers)
    name = f"{definition.indicator_id}--{shown.facts['typology_id']}"
    context = {
        "definition": definition,
        "comparison": shown,
        "typology": typology,
        "opening": opening.opening(shown, definition, typology),
        "is_older": latest is not shown,
        "latest_period": span(latest.facts["period_start"], latest.facts["period_end"]),
        "latest_reason": latest.facts["refusal_reason"],
        "chart": plot.figure(shown, definition, source, contents.drawings, of_services),
        "services": of_services,
        "not_drawn": opening.without_value(shown),
        "exclusions": opening.exclusions_table(shown),
        "refused_models": services.evidence_table(shown) if shown.is_refused else None,
        "others": services.periods_table(compared, shown, contents.definitions, contents.sources.titles),
        "indicator_path": indicator_path(definition.indicator_id),
        "csv": f"data/{name}.csv",
    }
    names = {code: area.name for code, area in contents.areas.items()}
    labels = {model["model_id"]: model["model_label"] for model in shown.models}
    context["changes"] = changes.changes_table(shown, definition, changed, names, labels)
    if not shown.is_refused:
        test = shown.test or {}
        context |= {
            "estimands": estimands.in_words(shown, definition),
            "models": estimands.models_table(shown, definition),
            "spread": estimands.spread_table(shown, definition),
            "said": testing.said(shown, definition),
            "how": testing.how(shown),
            "detectable": testing.detectable(shown, definition),
            "pairs": testing.pairs_table(shown, definition),
            "simpson": (test.get("simpson_note") or _disagree()) if test.get("is_simpson_warning") else None,
            "simpson_short": _disagree(),
            "strata": strata.strata_table(shown, definition),
            "left_out": sensitivity.left_out_table(shown, definition),
            "contested": sensitivity.contested_table(shown, definition),
            "courses": courses.figure(compared, shown, definition, values, contents.drawings),
        }
    return Page(
        path=comparison_path(definition.indicator_id, shown.facts["typology_id"]),
        template="comparison.html",
        title=_("{title}, by structural model").format(title=definition.title),
        section="comparisons",
        balance=contents.balances.of(definition.indicator_id, shown.facts["typology_id"]),
        about_models=True,
        has_charts=True,
        kind=_("Comparison by structural model"),
        keywords=f"{definition.indicator_id} {definition.number} {typology}",
        context=context,
    )


def csv_rows(shown: Comparison) -> list[Row]:
    """The rows behind the chart and its table, as the page shows them."""
    series = ("indicator_id", "definition_version", "source_id", "period_start", "period_end", "period_label")
    return [
        {name: shown.facts[name] for name in (*series, "typology_id", "comparison_id")} | service
        for service in shown.services
    ]


def _disagree() -> str:
    return _("The typical service and all children pooled point in different directions for a pair of models.")
