"""What was told about numbers that are there: warnings and notes, by rule and one by one; and what people decided."""

from __future__ import annotations

from markupsafe import Markup

from reports.language import _
from reports.numbers import count
from reports.periods import day
from reports.release import Release, Row
from reports.tables import Column, lines, table
from reports.vocabulary import label, vocabulary

ROWS_SHOWN = 200
ALL_WARNINGS = """
select * from delivery_warnings order by severity desc, delivery_id, rule, sheet, "row", "column", reason
"""
_RULES = """
select rule, severity, count(*) as entries, count(distinct delivery_id) as deliveries
from delivery_warnings
group by rule, severity
order by severity desc, entries desc, rule
"""


def how_many(release: Release) -> int:
    """Warnings and notes, all together."""
    return int(release.row("select count(*) as n from delivery_warnings")["n"])


def by_rule(release: Release) -> Markup | None:
    """Warnings and notes counted by rule; warnings first."""
    found = release.rows(_RULES)
    if not found:
        return None
    known = vocabulary("rules")
    rows = [
        [
            lines(known.get(row["rule"], {}).get("title", row["rule"]), row["rule"]),
            label("severity", row["severity"]),
            count(row["entries"]),
            count(row["deliveries"]),
            known.get(row["rule"], {}).get("remedy", ""),
        ]
        for row in found
    ]
    columns = [Column(_("What was found")), Column(_("How grave")), Column(_("Entries"), is_numeric=True)]
    columns += [Column(_("Deliveries"), is_numeric=True), Column(_("What to do"), is_wide=True)]
    return table(_("Told, by rule"), columns, rows, is_caption_hidden=True)


def one_by_one(release: Release) -> Markup | None:
    """The first ROWS_SHOWN warnings and notes with where they stand."""
    found = release.rows(f"{ALL_WARNINGS} limit {ROWS_SHOWN}")
    if not found:
        return None
    columns = [
        Column(_("Delivery"), is_quoted=True),
        Column(_("How grave")),
        Column(_("Where"), is_quoted=True),
        Column(_("What stands there"), is_quoted=True),
        Column(_("What was found"), is_quoted=True, is_wide=True),
    ]
    rows = [
        [
            row["delivery_id"],
            label("severity", row["severity"]),
            place(row),
            row["value"] or "several figures",
            row["reason"],
        ]
        for row in found
    ]
    return table(_("Warnings and notes"), columns, rows, is_caption_hidden=True)


def place(row: Row) -> str:
    """Where in its file something stands."""
    parts = [("sheet", row["sheet"]), ("row", row["row"]), ("column", row["column"])]
    return ", ".join(f"{name} {value}" for name, value in parts if value is not None) or "the whole file"


def decisions(release: Release) -> Markup | None:
    """What people decided, the latest first."""
    found = release.rows("select * from decisions order by decided_on desc, decision_id")
    if not found:
        return None
    kinds = vocabulary("decision_kinds")
    rows = [
        [
            lines(kinds.get(row["decision_kind"], {}).get("title", row["decision_kind"]), row["decision_id"]),
            row["subject"],
            lines(row["decided_by"], day(row["decided_on"])),
            day(row["until"]) if row["until"] else "no end",
            row["reason"],
        ]
        for row in found
    ]
    columns = [
        Column(_("Decision"), is_quoted=True),
        Column(_("About"), is_quoted=True),
        Column(_("Who, and when"), is_quoted=True),
        Column(_("Holds until")),
        Column(_("Why"), is_quoted=True, is_wide=True),
    ]
    return table(_("Decisions"), columns, rows, is_caption_hidden=True)
