"""The documents of a release that people read (the dictionary, the known issues) and the checks as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.checks import Check, in_order
from pipelines.releases.contract import version_of
from pipelines.releases.data_files import DataFiles
from pipelines.releases.database import PublicTable
from pipelines.releases.macros import described, possible
from pipelines.releases.manifest import Access
from pipelines.releases.public_tables import Declaration

if TYPE_CHECKING:
    import duckdb

_FOR_WHOM: dict[Access, str] = {
    "restricted": "This release holds counts as they were delivered, also small ones. It is not for publication.",
    "public": "Small counts, and those from which they could be worked out, are hidden and marked `c`.",
}


def write_checks(release_id: str, checks: Sequence[Check], folder: Path) -> None:
    """Write checks.json: what was checked before this release, and how it came out."""
    document = {"release_id": release_id, "checks": [check.row() for check in in_order(checks)]}
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (folder / "checks.json").write_text(text, encoding="utf-8")


def write_dictionary(
    release_id: str,
    tables: Sequence[PublicTable],
    written: DataFiles,
    folder: Path,
    *,
    is_fictional: bool,
    access: Access | None = None,
) -> None:
    """Write DICTIONARY.md: every table, when to use it, and every column."""
    lines = [
        *_title(f"Data dictionary of release {release_id}", is_fictional=is_fictional, access=access),
        "`dovetail.duckdb` holds every table below; `data/` holds each as Parquet and CSV. A table that grows with "
        "time is a folder with a file for each year in which periods begin, of gaps: end (`none` for no period). In "
        "the CSV nothing is an empty cell, several values are joined by `;`, times are UTC, and a text that a "
        "spreadsheet would run as a formula has an apostrophe before it. Last days (`valid_to`, `period_end`) are "
        "inclusive. An area code means nothing without a period.",
        "",
        "| table | rows | use this when |",
        "|---|---:|---|",
        *(f"| [{table.name}](#{table.name}) | {table.rows:,} | {table.declared.use} |" for table in tables),
    ]
    for table in tables:
        lines += [
            "",
            f"## {table.name}",
            "",
            *([_one_line(table.about), ""] if table.about else []),
            f"Use this when {table.declared.use}.",
            *_goes(table.declared),
            "",
            f"{_rows(table.rows)}. {_key(table)} Version {version_of(table.name)} of its contract. "
            f"Files: {_files(table.name, written)}.",
            "",
            "| column | type | about |",
            "|---|---|---|",
            *(f"| `{c.name}` | {c.data_type} | {_cell(c.about)} |" for c in table.columns),
        ]
    lines += described(possible({table.name: [column.name for column in table.columns] for table in tables}))
    (folder / "DICTIONARY.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_known_issues(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    checks: Sequence[Check],
    tables: Sequence[PublicTable],
    folder: Path,
    *,
    is_fictional: bool,
    access: Access | None = None,
) -> None:
    """Write KNOWN_ISSUES.md: checks that warn, what was set aside, what was warned of, what was refused."""
    there = {table.name for table in tables}
    lines = [
        *_title(f"Known issues of release {release_id}", is_fictional=is_fictional, access=access),
        "What this release knows to be wrong, doubtful or missing in its own data. Why single numbers are not "
        "attributed to a structural model is in the table `attribution_gaps`.",
        *_warnings(checks),
        *(_set_aside(connection) if "quarantined_rows" in there else []),
        *(_told(connection) if "delivery_warnings" in there else []),
        *(_refused(connection) if "deliveries" in there else []),
        *_going(tables),
    ]
    (folder / "KNOWN_ISSUES.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _warnings(checks: Sequence[Check]) -> list[str]:
    # A blocking check that failed cannot be here: there would be no release.
    warnings = [check for check in in_order(checks) if check.outcome != "pass"]
    rows = [
        f"| `{check.check_id}` | {_cell(check.title)} | {check.failing_rows:,} | {_cell(check.keys_in_words() or '')} |"
        for check in warnings
    ]
    return _section(
        "Checks that warn",
        "| check | what it asks | rows | some of them |",
        "|---|---|---:|---|",
        rows,
        "No check warns.",
    )


def _set_aside(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select rule, count(*), coalesce(sum(cells), 0), count(distinct delivery_id) from quarantined_rows"
        " group by rule order by rule"
    ).fetchall()
    rows = [f"| `{rule}` | {entries:,} | {cells:,} | {deliveries:,} |" for rule, entries, cells, deliveries in found]
    return _section(
        "Set aside, by the rule that was broken",
        "| rule | entries | cells | deliveries |",
        "|---|---:|---:|---:|",
        rows,
        "Nothing was set aside.",
    )


def _told(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "select rule, count(*), count(distinct delivery_id) from delivery_warnings where severity = 'warning'"
        " group by rule order by rule"
    ).fetchall()
    rows = [f"| `{rule}` | {entries:,} | {deliveries:,} |" for rule, entries, deliveries in found]
    return _section(
        "Warned of, in numbers that are here, by rule",
        "| rule | entries | deliveries |",
        "|---|---:|---:|",
        rows,
        "Nothing was warned of. Notes, and checks that a person waived, stand in `delivery_warnings`.",
    )


def _refused(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        # Of a file that was judged again, the last look alone.
        "select delivery_id, file_name, reason from deliveries where verdict <> 'unchanged'"
        " qualify verdict = 'refused' and recorded_at = max(recorded_at) over (partition by sha256)"
        " order by recorded_at, delivery_id"
    ).fetchall()
    rows = [f"| {delivery} | {_cell(name or '')} | {_cell(reason or '')} |" for delivery, name, reason in found]
    return _section(
        "Deliveries that were refused", "| delivery | file | why |", "|---|---|---|", rows, "No delivery was refused."
    )


def _going(tables: Sequence[PublicTable]) -> list[str]:
    going = [table.declared for table in tables if table.declared.deprecated_on]
    rows = [f"| `{each.name}` | {each.deprecated_on} | `{each.replaced_by}` |" for each in going]
    head = ("| table | stays until | read instead |", "|---|---|---|")
    return _section("Tables that will go", *head, rows, "No table is about to go.")


def _goes(declared: Declaration) -> list[str]:
    if declared.deprecated_on is None:
        return []
    return ["", f"**It goes: from {declared.deprecated_on} on it may be gone. Read `{declared.replaced_by}` instead.**"]


def _title(title: str, *, is_fictional: bool, access: Access | None) -> list[str]:
    warning = ["**FICTIONAL.** Every place and number in this release is made up.", ""] if is_fictional else []
    for_whom = [f"**{access.upper()}.** {_FOR_WHOM[access]}", ""] if access else []
    return [f"# {title}", "", *for_whom, *warning]


def _section(title: str, head: str, rule: str, rows: list[str], none: str) -> list[str]:
    return ["", f"## {title}", "", *([head, rule, *rows] if rows else [none])]


def _files(table: str, written: DataFiles) -> str:
    """Links to the two files of a table; of one in parts the patterns that name them all."""
    said = []
    for form, parquet in (("Parquet", True), ("CSV", False)):
        paths = written.of(table, parquet=parquet)
        if paths[0].count("/") > 1:
            pattern = f"{paths[0].rpartition('/')[0]}/*.{paths[0].partition('.')[2]}"
            said.append(f"{form} `{pattern}` ({len(paths)} {'file' if len(paths) == 1 else 'files'})")
        else:
            said.append(f"[{form}]({paths[0]})")
    return ", ".join(said)


def _rows(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _key(table: PublicTable) -> str:
    if not table.declared.key:
        return "No key."
    return f"Key: {', '.join(f'`{column}`' for column in table.declared.key)}."


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _one_line(text).replace("|", "\\|")
