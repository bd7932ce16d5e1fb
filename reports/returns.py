"""Returns that a calendar expects: counts by dataset and period, and those to ask for, with whom to ask."""

from __future__ import annotations

from markupsafe import Markup

from reports.datasets import Sources
from reports.language import _
from reports.numbers import count
from reports.periods import day, span
from reports.release import Release, Row
from reports.tables import Column, lines, table
from reports.vocabulary import label

ROWS_SHOWN = 200
STATUSES = ("received", "corrected", "late", "refused", "missing", "due")
ALL_EXPECTED = """
select * from expected_deliveries
order by source_id, period_start, period_end, period_type, area_type, area_code
"""
_COUNTS = ", ".join(f"count(*) filter (where status = '{status}') as {status}" for status in STATUSES)
_BY_PERIOD = f"""
select source_id, period_start, period_end, period_type, any_value(due_date) as due_date,
    any_value(late_after) as late_after, count(*) as expected, {_COUNTS}
from expected_deliveries
group by source_id, period_start, period_end, period_type
order by source_id, period_end desc, period_start, period_type
"""
_TO_CHASE = """
select * from expected_deliveries
where status in ('missing', 'refused')
order by source_id, period_end, period_type, area_name, area_code
"""


def as_on(release: Release) -> str:
    """The day by which the release tells late and missing: that of its last delivery."""
    last = release.row("select max(recorded_at) as at from deliveries where verdict <> 'unchanged'")["at"]
    return day(last) if last else ""


def by_period(release: Release, sources: Sources) -> Markup | None:
    """Expected returns counted by status, the latest period of each dataset first."""
    expected = release.rows(_BY_PERIOD)
    if not expected:
        return None
    columns = [
        Column(_("Dataset"), is_quoted=True),
        Column(_("Period, and deadline")),
        Column(_("Expected"), is_numeric=True),
    ]
    columns += [Column(label("return_status", status), is_numeric=True) for status in STATUSES]
    rows = [
        [
            sources.title(row["source_id"]),
            lines(span(row["period_start"], row["period_end"]), _deadline(row)),
            *(count(row[name]) for name in ("expected", *STATUSES)),
        ]
        for row in expected
    ]
    return table(_("Returns expected, by dataset and period"), columns, rows, is_caption_hidden=True)


def to_chase(release: Release) -> int:
    """How many returns are missing, or were refused and have not come again."""
    return int(release.row(f"select count(*) as n from ({_TO_CHASE})")["n"])


def chase_list(release: Release, sources: Sources) -> Markup | None:
    """Returns to ask for, the oldest first within a dataset; the first ROWS_SHOWN."""
    chased = release.rows(f"{_TO_CHASE} limit {ROWS_SHOWN}")
    if not chased:
        return None
    columns = [
        Column(_("Who should report"), is_quoted=True),
        Column(_("Dataset"), is_quoted=True),
        Column(_("Period, and deadline")),
        Column(_("What became of it")),
        Column(_("Whom to ask"), is_quoted=True),
    ]
    rows = [
        [
            row["area_name"] or row["area_code"],
            sources.title(row["source_id"]),
            lines(span(row["period_start"], row["period_end"]), _deadline(row)),
            lines(label("return_status", row["status"]), f"in {row['latest_delivery_id']}" if _came(row) else ""),
            row["chase"] or "whoever sends it",
        ]
        for row in chased
    ]
    return table(_("Returns to ask for"), columns, rows, is_caption_hidden=True)


def _came(row: Row) -> bool:
    return row["status"] == "refused" and row["latest_delivery_id"] is not None


def _deadline(row: Row) -> str:
    if row["due_date"]:
        return f"due {day(row['due_date'])}"
    if row["late_after"]:
        return f"no deadline known; late after {day(row['late_after'])}"
    return "no deadline known"
