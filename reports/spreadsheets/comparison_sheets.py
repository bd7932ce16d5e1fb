"""Sheets of comparisons across structural models, as the release holds them: nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable

from reports.language import _
from reports.release import Release, Row
from reports.spreadsheets.book import NOT_AVAILABLE, Line, Sheet
from reports.spreadsheets.fields import Field, cells, held

# The services used and in scope, which stand beside every figure.
_FACTS = """
with facts as (
    select distinct
        comparison_id, indicator_id, definition_version, typology_id, period_start, period_end, services_used,
        services_in_scope, is_refused, refusal_reason
    from comparisons
)
"""

# The titles that a reader needs beside the ids.
_TITLES = "indicators.title as indicator, indicators.decimals, indicators.unit_label, typologies.title as typology"
_TITLED = """
left join indicators
    on indicators.indicator_id = facts.indicator_id and indicators.definition_version = facts.definition_version
left join typologies on typologies.typology_id = facts.typology_id
"""

_OF_MODELS = f"""
select facts.*, {_TITLES}, 100 * facts.coverage as coverage_percent
from comparisons as facts
{_TITLED}
order by
    indicator, facts.definition_version, typology, facts.period_end desc, facts.period_start, facts.comparison_id,
    facts.model_order, facts.model_id
"""

_OF_SERVICES = f"""
{_FACTS}
select
    comparison_services.*, facts.* exclude (comparison_id), {_TITLES}, of_model.median, of_model.group_services
from comparison_services
inner join facts on facts.comparison_id = comparison_services.comparison_id
left join comparisons as of_model
    on of_model.comparison_id = comparison_services.comparison_id
    and of_model.model_id = comparison_services.model_id and of_model.is_shown
{_TITLED}
where comparison_services.service_id in (select unnest(?))
-- The latest of each indicator and typology: all of them are in the database and the CSV files.
qualify facts.period_end = max(facts.period_end) over (
    partition by comparison_services.service_id, facts.indicator_id, facts.definition_version, facts.typology_id
)
order by
    indicator, facts.definition_version, typology, facts.period_end desc, facts.period_start,
    comparison_services.comparison_id
"""


def notes() -> dict[str, str]:
    """What the headings of these sheets refer to, by key."""
    return {
        "in_scope": _(
            "Services that the typology covers in the period, in its nations. A service is used when its value may be "
            "counted under one model and compared with the others; the worksheets say of the rest why not."
        ),
        "median": _(
            "The median of the services' values: the typical service, each counted once, whatever its size. A group "
            "with too few services is not shown."
        ),
        "pooled": _("The sum of the numerators over the sum of the denominators of the services used."),
        "partially_pooled": _(
            "The mean of a random effects model, in which services with larger counts weigh more, and the limits of "
            "its 95% interval; the prediction limits are for one further service."
        ),
        "q": _(
            "The p value after Benjamini and Hochberg, over all tests of the same typology, period type and period."
        ),
        "detectable": _(
            "The difference that would be found four times in five at the 5% level. A smaller one would be missed more "
            "than one time in five."
        ),
    }


def _facts() -> tuple[Field, ...]:
    return (
        Field("indicator", _("Indicator")),
        Field("definition_version", _("Definition version")),
        Field("typology", _("Typology")),
        Field("period_start", _("First day"), "day"),
        Field("period_end", _("Last day"), "day"),
    )


def _scope() -> tuple[Field, ...]:
    return (
        Field("services_used", _("Services used"), "count"),
        Field("services_in_scope", _("Services in scope"), "count", "in_scope"),
    )


def _outcome() -> tuple[Field, ...]:
    return (
        Field("is_refused", _("Comparison refused"), "flag"),
        Field("refusal_reason", _("Why it is refused"), "words"),
        _comparison_id(),
    )


def _comparison_id() -> Field:
    return Field("comparison_id", _("Comparison id"))


def _model_fields() -> tuple[Field, ...]:
    return (
        *_facts(),
        Field("unit_label", _("Unit")),
        *_scope(),
        Field("coverage_percent", _("Used, per cent of those in scope"), "number"),
        Field("model_label", _("Structural model")),
        Field("group_services", _("Services of the model used"), "count"),
        Field("median", _("Median"), "value", "median"),
        Field("lower_quartile", _("Lower quartile"), "value"),
        Field("upper_quartile", _("Upper quartile"), "value"),
        Field("minimum", _("Minimum"), "value"),
        Field("maximum", _("Maximum"), "value"),
        Field("mean", _("Mean"), "value"),
        Field("pooled_value", _("Pooled value"), "value", "pooled"),
        Field("random_effects_mean", _("Partially pooled mean"), "value", "partially_pooled"),
        Field("random_effects_lower_95", _("Partially pooled mean, lower 95% limit"), "value"),
        Field("random_effects_upper_95", _("Partially pooled mean, upper 95% limit"), "value"),
        Field("prediction_lower_95", _("Lower prediction limit"), "value"),
        Field("prediction_upper_95", _("Upper prediction limit"), "value"),
        Field("tau", _("Tau"), "number"),
        Field("i_squared", _("I squared, per cent"), "number"),
        *_outcome(),
    )


def _service_fields() -> tuple[Field, ...]:
    return (
        *_facts(),
        Field("is_used", _("This service is used"), "flag"),
        Field("group_label", _("Its group"), otherwise=NOT_AVAILABLE),
        Field("exclusion_reason", _("Why it is not used")),
        Field("value", _("Its value"), "value", otherwise=NOT_AVAILABLE),
        Field("unit_label", _("Unit")),
        Field("median", _("Median of its group"), "value", "median"),
        Field("group_services", _("Services of its group used"), "count"),
        *_scope(),
        *_outcome(),
        Field("observation_id", _("Observation id"), note="observation"),
    )


def _test_fields() -> tuple[Field, ...]:
    return (
        *_facts(),
        Field("services_tested", _("Services tested"), "count"),
        *_scope(),
        Field("models_tested", _("Models tested"), "count"),
        Field("strata", _("Strata"), "count"),
        Field("p_value", _("p value"), "probability"),
        Field("q_value", _("q value"), "probability", "q"),
        Field("tests_in_family", _("Tests in the family"), "count"),
        Field("pairs_tested", _("Pairs tested"), "count"),
        Field("draws", _("Draws"), "count"),
        Field("is_exact", _("Every arrangement counted"), "flag"),
        Field("spread_between", _("Spread between models, as a standard deviation"), "value"),
        Field("spread_within", _("Spread within models, as a standard deviation"), "value"),
        Field("is_simpson_warning", _("Pooled and typical figures point in opposite directions"), "flag"),
        Field("simpson_note", _("In which pairs"), "words"),
        Field("not_tested_reason", _("Why it is not tested"), "words"),
        _comparison_id(),
    )


def _pair_fields() -> tuple[Field, ...]:
    return (
        *_facts(),
        *_scope(),
        Field("label_a", _("Model A")),
        Field("services_a", _("Services of A used"), "count"),
        Field("label_b", _("Model B")),
        Field("services_b", _("Services of B used"), "count"),
        Field("difference_typical", _("Median of A less median of B"), "value"),
        Field("difference_mean", _("Mean of A less mean of B"), "value"),
        Field("difference_pooled", _("Pooled value of A less that of B"), "value"),
        Field("difference_random_effects", _("Partially pooled mean of A less that of B"), "value"),
        Field("p_value", _("p value"), "probability"),
        Field("p_adjusted", _("p value after Holm"), "probability"),
        Field("detectable_difference", _("Detectable difference"), "value", "detectable"),
        Field(
            "detectable_difference_adjusted", _("Detectable difference, adjusted for all pairs"), "value", "detectable"
        ),
        _comparison_id(),
    )


def of_release(release: Release) -> list[Sheet]:
    """Every comparison by structural model; then its tests and pairs, where the release has them."""
    lines = _lines()
    found = [
        _sheet(
            "Comparisons",
            _("Indicators summed up by structural model"),
            lines,
            release.rows(_OF_MODELS),
            _model_fields(),
        )
    ]
    if release.has("comparison_tests"):
        rows = release.rows(_tests("comparison_tests", "", "comparison_id"))
        found.append(_sheet("Comparison_tests", _("Whether models differ, tested"), lines, rows, _test_fields()))
    if release.has("comparison_pairs"):
        labels = ", " + ", ".join(
            f"coalesce((select min(label) from typology_models as m where m.typology_id = facts.typology_id"
            f" and m.model_id = own.model_{one}), own.model_{one}) as label_{one}"
            for one in "ab"
        )
        rows = release.rows(_tests("comparison_pairs", labels, "comparison_id, own.model_a, own.model_b"))
        found.append(_sheet("Comparison_pairs", _("Models compared two by two"), lines, rows, _pair_fields()))
    return found


def of_services(release: Release, services: Iterable[str]) -> dict[str, list[Row]]:
    """The latest comparisons that each of these services is in scope of, of each indicator and typology."""
    found: dict[str, list[Row]] = {}
    for row in release.rows(_OF_SERVICES, [list(services)]):
        found.setdefault(row["service_id"], []).append(row)
    return found


def of_service(rows: list[Row], name: str) -> Sheet:
    """The sheet of one service; its rows as `of_services` gives them."""
    title = _("The latest comparisons across structural models that {service} is in scope of").format(service=name)
    return _sheet("Comparisons", title, _lines(), rows, _service_fields(), name)


def _lines() -> tuple[Line, ...]:
    return (
        Line(
            _("This describes; it does not judge what worked. Beside each figure stand the services used and in scope.")
        ),
    )


def _tests(table: str, more: str, order: str) -> str:
    return f"""
        {_FACTS}
        select
            own.*, facts.indicator_id, facts.definition_version, facts.typology_id, facts.period_start,
            facts.period_end, facts.services_used, facts.services_in_scope, {_TITLES}{more}
        from {table} as own
        inner join facts on facts.comparison_id = own.comparison_id
        {_TITLED}
        order by indicator, facts.definition_version, typology, facts.period_end desc, own.{order}
    """


def _sheet(
    name: str, title: str, lines: tuple[Line, ...], rows: list[Row], fields: Iterable[Field], quoted: str = ""
) -> Sheet:
    shown = held(fields, rows[0] if rows else ())
    return Sheet(
        name,
        title,
        lines if rows else (),
        tuple(field.column() for field in shown),
        cells(rows, shown, _decimals),
        quoted=quoted,
    )


def _decimals(row: Row) -> int:
    return int(row["decimals"] or 0)
