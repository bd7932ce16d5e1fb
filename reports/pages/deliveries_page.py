"""What came in, file by file: verdict, reason, where every cell went; what was told, decided, and should have come."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from reports import returns, told
from reports.balance import Balances
from reports.datasets import Sources
from reports.language import _
from reports.numbers import count, several
from reports.page import Page
from reports.periods import day, span
from reports.release import Release, Row
from reports.tables import Column, breakable, lines, table, tag
from reports.vocabulary import label, vocabulary

ROWS_SHOWN = 200
_COLOURS = {"accepted": "blue"}

_RULES = """
select rule, count(*) as entries, coalesce(sum(cells), 0)::bigint as cells, count(distinct delivery_id) as deliveries
from quarantined_rows
group by rule
order by cells desc, rule
"""

ALL_QUARANTINED = """
select * from quarantined_rows order by delivery_id, sheet, "row", "column", rule
"""
CSV = {
    "quarantined": "data/quarantined_rows.csv",
    "told": "data/delivery_warnings.csv",
    "expected": "data/expected_deliveries.csv",
}
TABLES = {
    CSV["quarantined"]: ALL_QUARANTINED,
    CSV["told"]: told.ALL_WARNINGS,
    CSV["expected"]: returns.ALL_EXPECTED,
}
"""What the page offers to download: path -> query."""


def page(release: Release, balances: Balances, sources: Sources) -> Page:
    """The deliveries page."""
    deliveries = release.rows("select * from deliveries order by recorded_at desc, delivery_id desc")
    totals = {
        name: sum(row[name] or 0 for row in deliveries)
        for name in ("cells_in", "cells_landed", "cells_quarantined", "cells_out_of_scope")
    }
    shown = last_looks(deliveries)
    all_told, to_chase = told.how_many(release), returns.to_chase(release)
    set_aside = release.row("select count(*) as n from quarantined_rows")["n"]
    return Page(
        path="deliveries.html",
        template="deliveries.html",
        title=_("What came in"),
        section="deliveries",
        balance=balances.of(),
        context={
            "how_many": several(len(deliveries), "delivery", "deliveries"),
            "cells": _law(totals),
            "verdicts": _verdicts(deliveries),
            "deliveries": _deliveries_table(shown, sources),
            "chips": "|".join(label("verdict", verdict) for verdict in dict.fromkeys(row["verdict"] for row in shown)),
            "beside_before": _beside_before(shown, sources),
            "judged_again": len(deliveries) - len(shown),
            "rules": _rules_table(release.rows(_RULES)),
            "quarantined": _quarantined_table(
                release.rows(f"{ALL_QUARANTINED} limit {ROWS_SHOWN}"),
            ),
            "set_aside": set_aside,
            "rows_shown": min(set_aside, ROWS_SHOWN),
            "told": all_told,
            "told_shown": min(all_told, told.ROWS_SHOWN),
            "told_by_rule": told.by_rule(release),
            "told_one_by_one": told.one_by_one(release),
            "as_on": returns.as_on(release),
            "expected": returns.by_period(release, sources),
            "to_chase": to_chase,
            "chase_shown": min(to_chase, returns.ROWS_SHOWN),
            "chase_list": returns.chase_list(release, sources),
            "decisions": told.decisions(release),
            "csv": CSV,
        },
    )


def last_looks(deliveries: list[Row]) -> list[Row]:
    """The deliveries without earlier looks at bytes that were judged again, as a register or a rule had changed."""
    last: dict[str, datetime] = {}
    for row in deliveries:
        if row["sha256"] and row["verdict"] != "unchanged":
            last[row["sha256"]] = max(row["recorded_at"], last.get(row["sha256"], row["recorded_at"]))
    return [
        row
        for row in deliveries
        if row["verdict"] == "unchanged" or row["recorded_at"] == last.get(row["sha256"], row["recorded_at"])
    ]


def _law(totals: dict[str, int]) -> str:
    """In = landed + quarantined + out of scope, with its figures, and said when it does not hold."""
    away = totals["cells_landed"] + totals["cells_quarantined"] + totals["cells_out_of_scope"]
    law = (
        f"{count(totals['cells_in'])} cells in = {count(totals['cells_landed'])} landed + "
        f"{count(totals['cells_quarantined'])} quarantined + {count(totals['cells_out_of_scope'])} out of scope"
    )
    if away == totals["cells_in"]:
        return law
    return f"{law}: these differ by {count(abs(totals['cells_in'] - away))}, which a check should have stopped"


def _verdicts(deliveries: list[Row]) -> str:
    order = ("accepted", "accepted_in_part", "refused", "unchanged")
    found = {verdict: sum(row["verdict"] == verdict for row in deliveries) for verdict in order}
    return ", ".join(f"{count(n)} {label('verdict', verdict).lower()}" for verdict, n in found.items())


def _deliveries_table(deliveries: list[Row], sources: Sources) -> Markup:
    columns = [
        Column(_("File"), is_quoted=True),
        Column(_("Verdict, and why"), is_quoted=True),
        Column(_("Cells in"), is_numeric=True),
        Column(_("=\u00a0landed"), is_numeric=True),
        Column(_("+\u00a0quarantined"), is_numeric=True),
        Column(_("+\u00a0out of scope"), is_numeric=True),
        Column(_("Recorded")),
    ]
    rows = [
        [
            lines(breakable(row["file_name"]), row["delivery_id"], breakable(_dataset(row, sources))),
            lines(tag(label("verdict", row["verdict"]), _COLOURS.get(row["verdict"], "grey")), row["reason"] or ""),
            count(row["cells_in"]) or "not read",
            lines(count(row["cells_landed"]) or "none", several(row["rows_landed"] or 0, "row")),
            count(row["cells_quarantined"]) or "none",
            count(row["cells_out_of_scope"]) or "none",
            lines(_unbroken(day(row["recorded_at"])), _published(row)),
        ]
        for row in deliveries
    ]
    return table(_("Every delivery, the latest first"), columns, rows, is_caption_hidden=True)


def _beside_before(deliveries: list[Row], sources: Sources) -> Markup | None:
    """The last delivery of each dataset that was taken in, beside the one before it; the latest first."""
    taken: dict[str, list[Row]] = {}
    for row in deliveries:
        if row["source_id"] and row["verdict"] in ("accepted", "accepted_in_part"):
            taken.setdefault(row["source_id"], []).append(row)
    rows = [
        [
            sources.title(source_id),
            lines(later["delivery_id"], _("before: %(delivery)s") % {"delivery": earlier["delivery_id"]}),
            *(
                _against(later[name], earlier[name])
                for name in ("rows_landed", "cells_landed", "cells_quarantined", "areas")
            ),
        ]
        for source_id, (later, earlier, *_older) in sorted(
            (source_id, found) for source_id, found in taken.items() if len(found) > 1
        )
    ]
    if not rows:
        return None
    columns = [Column(_("Dataset"), is_quoted=True), Column(_("Delivery"))]
    columns += [
        Column(words, is_numeric=True) for words in (_("Rows"), _("Cells landed"), _("Cells quarantined"), _("Places"))
    ]
    return table(_("The last delivery beside the one before"), columns, rows, is_caption_hidden=True)


def _against(later: float | None, earlier: float | None) -> Markup:
    return lines(count(later) or _("none"), _("before: %(count)s") % {"count": count(earlier) or _("none")})


def _published(row: Row) -> str:
    return f"published {day(row['published_at'])}" if row["published_at"] else "time of publication not known"


def _unbroken(words: str) -> str:
    return words.replace(" ", "\u00a0")


def _dataset(row: Row, sources: Sources) -> str:
    if not row["source_id"]:
        return "not recognised as any dataset"
    return ", ".join(part for part in (sources.title(row["source_id"]), _covers(row)) if part)


def _covers(row: Row) -> str:
    return span(row["period_start"], row["period_end"]) if row["period_start"] and row["period_end"] else ""


def _rules_table(rules: list[Row]) -> Markup | None:
    if not rules:
        return None
    known = vocabulary("rules")
    rows = [
        [
            lines(known.get(row["rule"], {}).get("title", row["rule"]), row["rule"]),
            count(row["entries"]),
            count(row["cells"]),
            count(row["deliveries"]),
            known.get(row["rule"], {}).get("remedy", ""),
        ]
        for row in rules
    ]
    columns = [Column(_("Rule that was broken"))]
    columns += [Column(words, is_numeric=True) for words in (_("Entries"), _("Cells"), _("Deliveries"))]
    return table(
        _("Quarantined, by rule"), [*columns, Column(_("What to do"), is_wide=True)], rows, is_caption_hidden=True
    )


def _quarantined_table(quarantined: list[Row]) -> Markup | None:
    if not quarantined:
        return None
    columns = [
        Column(_("Delivery"), is_quoted=True),
        Column(_("Where"), is_quoted=True),
        Column(_("What stood there"), is_quoted=True),
        Column(_("What is wrong"), is_quoted=True, is_wide=True),
        Column(_("What to do"), is_quoted=True, is_wide=True),
        Column(_("Cells"), is_numeric=True),
    ]
    rows = [
        [
            row["delivery_id"],
            told.place(row),
            row["value"] or "nothing",
            row["reason"],
            row["remedy"],
            count(row["cells"]),
        ]
        for row in quarantined
    ]
    return table(_("Quarantined entries"), columns, rows, is_caption_hidden=True)
