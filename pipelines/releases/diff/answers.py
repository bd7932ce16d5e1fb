"""Comparisons whose answer changed: refused or not, what may be claimed, and the estimands of each model."""

from pipelines.releases.diff.pair import Pair, Row

_KEY = ("indicator_id", "definition_version", "source_id", "typology_id", "period_start", "period_end")
_OF_ALL = ("is_refused", "refusal_reason", "services_used", "services_in_scope")
_OF_MODEL = ("median", "pooled_value", "random_effects_mean", "group_services")
_OF_TEST = ("claim_level", "p_value", "q_value", "not_tested_reason")
# A figure that was computed again may differ in its last digits: that is no other answer.
_ALIKE = 1e-9


def changed_answers(pair: Pair) -> Row:
    """Counts by what changed, and the comparisons, what may be claimed first.

    Raises:
        NotComparable: a release lacks a column of comparisons or comparison_tests.
    """
    pair.need("comparisons", (*_KEY, *_OF_ALL, *_OF_MODEL, "model_id", "comparison_id"))
    pair.need("comparison_tests", (*_KEY, *_OF_TEST))
    key = ", ".join(_KEY)
    for side, name in enumerate(("diff_before", "diff_after")):
        alls = ", ".join(f"min(c.{column}) as {column}" for column in _OF_ALL)
        pair.run(f"""
create temp table {name} as
select {", ".join(f"c.{column}" for column in _KEY)}, {alls}, {", ".join(f"any_value(t.{c}) as {c}" for c in _OF_TEST)}
from {pair.of(side, "comparisons")} as c left join {pair.of(side, "comparison_tests")} as t using ({key})
group by {", ".join(f"c.{column}" for column in _KEY)}
""")
    pair.run(_models(pair))
    both = ", ".join(f"b.{c} as {c}_before, a.{c} as {c}_after" for c in (*_OF_ALL, *_OF_TEST))
    pair.run(f"""
create temp table diff_answers as
with joined as (
    select {", ".join(f"coalesce(a.{c}, b.{c}) as {c}" for c in _KEY)}, {both},
        b.indicator_id is null as is_new, a.indicator_id is null as is_gone
    from diff_before as b full join diff_after as a using ({key})
)
select
    joined.* exclude (is_new, is_gone),
    list_filter([
        case when is_new then 'appeared' when is_gone then 'gone' end,
        case when not (is_new or is_gone) and is_refused_before <> is_refused_after
            then if(is_refused_after, 'refused', 'no_longer_refused') end,
        case when not (is_new or is_gone) and claim_level_before is distinct from claim_level_after
            then 'claim_level' end,
        case when not (is_new or is_gone) and models.models_changed > 0 then 'estimate' end,
        case when not (is_new or is_gone) and services_used_before <> services_used_after then 'services_used' end
    ], lambda what: what is not null) as changes,
    models.models
from joined left join diff_model_lists as models using ({key})
where len(changes) > 0
""")
    kinds = ("appeared", "gone", "refused", "no_longer_refused", "claim_level", "estimate", "services_used")
    counted = ", ".join(f"count(*) filter (list_contains(changes, '{kind}')) as {kind}" for kind in kinds)
    (counts,) = pair.rows(f"select {counted} from diff_answers")
    order = (
        "case when list_has_any(changes, ['refused', 'no_longer_refused']) then 1"
        f" when list_contains(changes, 'claim_level') then 2 else 3 end, {key}"
    )
    found = {**counts, **pair.listing("diff_answers", order)}
    for name in ("diff_before", "diff_after", "diff_model_lists", "diff_answers"):
        pair.run(f"drop table {name}")
    return found


def _models(pair: Pair) -> str:
    """For each comparison of both releases the models whose estimates differ, with both."""
    key = ", ".join(_KEY)
    moved = " or ".join(
        f"(b.{c} is null) <> (a.{c} is null) or abs(a.{c} - b.{c}) > {_ALIKE} * greatest(abs(a.{c}), abs(b.{c}))"
        for c in _OF_MODEL
    )
    packed = ", ".join(f"{c}_before := b.{c}, {c}_after := a.{c}" for c in _OF_MODEL)
    return f"""
create temp table diff_model_lists as
select {key}, count(*) as models_changed,
    list(struct_pack(model_id := model_id, {packed}) order by model_id) as models
from {pair.of(0, "comparisons")} as b
full join {pair.of(1, "comparisons")} as a using ({key}, model_id)
where coalesce({moved}, false)
group by {key}
"""
