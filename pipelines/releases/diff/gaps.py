"""The gap ledger from one release to another: gaps opened, opened again and closed."""

from pipelines.releases.diff.pair import Pair, Row

_SHOWN = (
    "gap_id", "kind", "kind_title", "typology_id", "indicator_id", "service_id", "area_code", "period_start",
    "period_end", "evidence", "resolution",
)  # fmt: skip


def changed_gaps(pair: Pair) -> Row:
    """Counts by kind and the first of each.

    A gap is `opened` when the earlier release does not know it, `reopened` when it was closed there, `closed` when it
    was open there and is closed or not known in the later one.

    Raises:
        NotComparable: a release lacks a column of attribution_gaps.
    """
    pair.need("attribution_gaps", (*_SHOWN, "closed_in_release", "is_blocking"))
    shown = ", ".join(f"coalesce(a.{name}, b.{name}) as {name}" for name in (*_SHOWN, "is_blocking"))
    pair.run(f"""
create temp table diff_gaps as
select {shown},
    case
        when b.gap_id is null then 'opened' when a.gap_id is null or a.closed_in_release is not null then 'closed'
        else 'reopened'
    end as what
from {pair.unlike(0, "attribution_gaps")} as b full join {pair.unlike(1, "attribution_gaps")} as a using (gap_id)
where coalesce(b.gap_id is not null and b.closed_in_release is null, false)
    <> coalesce(a.gap_id is not null and a.closed_in_release is null, false)
""")
    counts = ", ".join(f"count(*) filter (what = '{what}') as {what}" for what in ("opened", "reopened", "closed"))
    kinds = pair.rows(
        f"select kind, min(kind_title) as kind_title, {counts} from diff_gaps group by kind order by kind"
    )
    # Those that keep a number out come first.
    order = "is_blocking desc, kind, indicator_id, area_code, period_end desc, gap_id"
    found: Row = {"kinds": kinds}
    for what in ("opened", "reopened", "closed"):
        found[what] = pair.listing("diff_gaps", order, f"what = '{what}'", ", ".join(_SHOWN))
    pair.run("drop table diff_gaps")
    return found
