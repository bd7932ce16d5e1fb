"""Published figures: whether whole numbers can stand behind them, what our rows make of them, where reports disagree.

It describes what is printed; no report and no service is judged. Everything taken from a report is marked as quoted.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from reports import findings
from reports.balance import Balances
from reports.findings import Findings
from reports.language import _
from reports.numbers import count, several
from reports.page import Page
from reports.release import Release, Row
from reports.tables import Column, breakable, lines, table, tag
from reports.vocabulary import label

CSV = {
    "figures": "data/published_findings.csv",
    "tests": "data/finding_tests.csv",
    "conflicts": "data/source_conflicts.csv",
}
TABLES = {
    CSV["figures"]: findings.ALL_FINDINGS,
    CSV["tests"]: findings.ALL_TESTS,
    CSV["conflicts"]: findings.ALL_CONFLICTS,
}
"""What the page offers to download: path -> query."""

SOLUTIONS_SHOWN = 12
_COLOURS = {
    "not_feasible": "yellow",
    "sum_of_rounded_only": "yellow",
    "contradicted": "yellow",
    "contested": "yellow",
    "reproduced": "blue",
    "unique": "blue",
    "several": "blue",
    "consistent": "blue",
}


def _figure_column() -> Column:
    return Column(_("Figure as printed"), is_quoted=True, is_wide=True, width="34%")


def _place_column() -> Column:
    return Column(_("Where"), is_quoted=True, width="22%")


def page(release: Release, balances: Balances) -> Page:
    """The findings page of a release that holds the register."""
    register = findings.load(release)
    impossible = register.with_verdict("not_feasible")
    set_beside = [*register.with_state("contradicted"), *register.with_state("reproduced")]
    return Page(
        path="findings.html",
        template="findings.html",
        title=_("Published figures, and whether they can be"),
        section="findings",
        balance=balances.of(),
        context={
            "sentence": _sentence(register, impossible),
            "reports": _reports_table(register.reports),
            "impossible": _judged_table(
                "Figures that cannot be true as stated",
                [*impossible, *register.with_verdict("sum_of_rounded_only")],
                register,
            ),
            "together": _tests_table("Figures that cannot hold together", register.failed_together(is_stated=True)),
            "readings": _tests_table("Readings ruled out", register.failed_together(is_stated=False)),
            "unknown": _judged_table("Figures with no base", register.with_verdict("base_unknown"), register),
            "set_beside": _rows_table(set_beside),
            "is_illustrative": any(row["is_illustrative"] for row in set_beside),
            "conflicts": _conflicts_table(register.conflicts),
            "by_report": [(name, several(len(rows), "figure"), made) for name, rows, made in _by_report(register)],
            "chips": "|".join(
                label("feasibility", verdict)
                for verdict in dict.fromkeys(row["feasibility"] for row in register.figures)
            ),
            "csv": CSV,
        },
    )


def _sentence(register: Findings, impossible: list[Row]) -> str:
    reproduced, contradicted = (
        sum(not row["is_illustrative"] for row in register.with_state(state))
        for state in ("reproduced", "contradicted")
    )
    together = len(register.failed_together(is_stated=True))
    return (
        f"This release holds {several(len(register.figures), 'published figure')} from "
        f"{several(len(register.reports), 'source')}. {count(len(impossible))} cannot be true as stated, and "
        f"{several(together, 'set')} of figures cannot hold together. Our own rows give {count(reproduced)} of the "
        f"figures again and differ from {count(contradicted)}."
    )


def _reports_table(reports: Sequence[Row]) -> Markup:
    columns = [Column(_("Source"), is_quoted=True, is_wide=True)]
    columns += [
        Column(words, is_numeric=True)
        for words in (
            _("Figures"), _("Tested"), _("Cannot be true as stated"), _("Only as a sum of rounded shares"),
            _("No base stated"), _("Given by our rows"), _("Our rows differ"),
        )
    ]  # fmt: skip
    names = (
        "figures", "tested", "not_feasible", "sum_of_rounded_only", "base_unknown", "reproduced", "contradicted",
    )  # fmt: skip
    rows = [[row["citation"], *(count(row[name]) for name in names)] for row in reports]
    return table(_("Figures by source"), columns, rows, is_caption_hidden=True)


def _judged_table(caption: str, rows: Sequence[Row], register: Findings) -> Markup | None:
    if not rows:
        return None
    columns = [_figure_column(), _place_column(), Column(_("Verdict and working"), is_wide=True)]
    cells = [[_figure(row), row["locator"], _verdict(row, register)] for row in rows]
    return table(caption, columns, cells, is_caption_hidden=True)


def _tests_table(caption: str, tests: Sequence[Row]) -> Markup | None:
    if not tests:
        return None
    columns = [Column(_("What is tested"), is_wide=True, width="34%"), Column(_("How the words are read"), width="28%")]
    columns.append(Column(_("Figures and working"), is_wide=True))
    rows = [
        [
            lines(test["title"], f"test {test['test_id']}"),
            test["reading"],
            lines(", ".join(test["finding_ids"]), _working(test)),
        ]
        for test in tests
    ]
    return table(caption, columns, rows, is_caption_hidden=True)


def _rows_table(rows: Sequence[Row]) -> Markup | None:
    if not rows:
        return None
    columns = [
        _figure_column(),
        _place_column(),
        Column(_("Our rows give")),
        Column(_("Outcome")),
        Column(_("Rows counted"), is_wide=True),
    ]
    cells = [[_figure(row), row["locator"], _recomputed(row), _outcome(row), _rows_counted(row)] for row in rows]
    return table(_("Figures beside our rows"), columns, cells, is_caption_hidden=True)


def _conflicts_table(conflicts: Sequence[Row]) -> Markup | None:
    if not conflicts:
        return None
    columns = [
        Column(_("What it is about"), is_quoted=True, width="18%"),
        Column(_("One place"), is_quoted=True, is_wide=True, width="25%"),
        Column(_("The other"), is_quoted=True, is_wide=True, width="25%"),
        Column(_("State"), width="12%"),
        Column(_("What may be so (never applied)"), is_quoted=True, width="20%"),
    ]
    rows = [
        [
            lines(row["title"], row["conflict_id"]),
            lines(row["statement_a"], row["locator_a"]),
            lines(row["statement_b"], row["locator_b"]),
            _tag("conflict_state", row["state"]),
            row["candidate_resolution"] or "",
        ]
        for row in conflicts
    ]
    return table(_("Disagreements inside the reports"), columns, rows, is_caption_hidden=True)


def _by_report(register: Findings) -> list[tuple[str, list[Row], Markup]]:
    columns = [_figure_column(), _place_column(), Column(_("Verdict and working")), Column(_("Beside our rows"))]
    found = []
    for report in register.reports:
        rows = [row for row in register.figures if row["citation"] == report["citation"]]
        cells = [[_figure(row), row["locator"], _verdict(row, register), _outcome(row)] for row in rows]
        made = table(f"All figures of {report['citation']}", columns, cells, is_caption_hidden=True)
        found.append((report["citation"], rows, made))
    return found


def _figure(row: Row) -> Markup:
    more = [row["finding_id"], f"base: {row['base']}" if row["base"] else "", row["claimant"] or ""]
    if not row["is_verified"]:
        more.append("unverified: not found in the text of the source")
    return lines(f"{row['statement']}: {row['value_text']}", *more)


def _verdict(row: Row, register: Findings) -> Markup:
    if row["feasibility"] == "not_tested":
        return lines(label("feasibility", "not_tested"))
    test = register.tests.get(row["test_id"])
    counts = f"may stand for {row['possible_counts']}" if row["possible_counts"] else ""
    return lines(
        _tag("feasibility", row["feasibility"]),
        test["working"][-1] if test and row["feasibility"] == "base_unknown" else counts,
        f"cannot hold together with others: {', '.join(row['failed_test_ids'])}" if row["failed_test_ids"] else "",
        _working(test) if test else "",
    )


def _working(test: Row) -> Markup:
    """The lines of a test, folded away until they are asked for."""
    shown = list(test["working"])
    if test["solution_count"] > 1 and test["verdict"] != "base_unknown":
        shown += test["solutions"][:SOLUTIONS_SHOWN]
    return _folded(f"Working of {test['test_id'].removesuffix('.alone')}", shown)


def _folded(summary: str, shown: Sequence[str]) -> Markup:
    items = "".join(f"<li>{breakable(line)}</li>" for line in shown)
    return Markup(
        f'<details class="dv-working"><summary>{escape(summary)}</summary><ul class="govuk-list">{items}</ul></details>'
    )


def _recomputed(row: Row) -> Markup:
    if row["value_type"] == "qualitative":
        return lines(f"{row['counted']:g} of {row['counted_base']:g}", "say the same")
    shown = f"{row['recomputed_value']:.1f}%" if row["unit"] == "percent" else f"{row['recomputed_value']:g}"
    return lines(shown, f"{row['counted']:g} of {row['counted_base']:g}" if row["counted_base"] is not None else "")


def _outcome(row: Row) -> Markup:
    more = ""
    if row["reproduction"] == "contradicted":
        more = f"by {row['difference']:+.3g}"
    elif row["reproduction"] == "not_reproducible":
        return lines(label("reproduction", row["reproduction"]), row["obstacle"] if row["recipe"] else "")
    return lines(_tag("reproduction", row["reproduction"]), more, "fictional rows" if row["is_illustrative"] else "")


def _rows_counted(row: Row) -> Markup:
    filtered = _folded("The filter", [row["recipe"] or ""])
    return lines(several(row["rows_counted"], "row"), filtered)


def _tag(closed_list: str, code: str) -> Markup:
    return tag(label(closed_list, code), _COLOURS.get(code, "grey"))
