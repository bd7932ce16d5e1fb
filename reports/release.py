"""A release as the reports see it: its manifest, its checks, and its public tables through a read-only connection.

The reports read this and nothing else of a warehouse. Whether a release is sound enough to be read is decided here.
"""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import duckdb

from reports import spreadsheet

Row = dict[str, Any]

MOST_MEMORY = "2GiB"
"""What DuckDB may hold for a report; what does not fit goes to disk."""
# Of a release that does not say which one it was made with.
SMALL_DENOMINATOR = 30


class ReleaseNotSound(Exception):
    """The release may not be shown; the message is one clear sentence."""


@dataclass(frozen=True)
class Release:
    """An open release.

    Attributes:
        release_id: such as 2026.1.
        built_at: time of the build as MANIFEST gives it (UTC).
        is_fictional: true when anything in the release says that it is.
        inputs: what the build took in, as MANIFEST gives it.
        checks: the outcome of every check, as checks.json gives it.
        connection: read-only, to the public tables.
        tables: their names.
        folder: where its files stand.
        access: RESTRICTED or PUBLIC; None where no public release is made beside it.
    """

    release_id: str
    built_at: datetime | None
    is_fictional: bool
    inputs: dict[str, Any]
    checks: list[Row]
    connection: duckdb.DuckDBPyConnection
    tables: frozenset[str]
    folder: Path
    access: str | None = None

    @property
    def small_denominator(self) -> int:
        """A denominator below this is unstable: the setting that the release was made with."""
        return int((self.inputs.get("settings") or {}).get("small_denominator") or SMALL_DENOMINATOR)

    def rows(self, query: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[Row]:
        """All rows of a query, each a dict by column name."""
        result = self.connection.execute(query, parameters or [])
        names = [column[0] for column in result.description or []]
        return [dict(zip(names, values, strict=True)) for values in result.fetchall()]

    def row(self, query: str, parameters: list[Any] | None = None) -> Row:
        """The one row of a query."""
        (only,) = self.rows(query, parameters)
        return only

    def has(self, table: str) -> bool:
        """Whether the release holds this public table."""
        return table in self.tables

    def copy(self, query: str, to: Path) -> None:
        """Write a query as CSV that is safe to open. A fictional release says so in a last column of every row."""
        columns = [_shown(name, kind) for name, kind, *_ in self.connection.execute(f"describe {query}").fetchall()]
        columns += ["'FICTIONAL' as note"] if self.is_fictional else []
        name = str(to).replace("'", "''")
        self.connection.execute(
            f"copy (select {', '.join(columns)} from ({query})) to '{name}' (format csv, header true)"
        )

    def write(self, rows: list[Row], to: Path) -> None:
        """Write rows as CSV, with the same last column."""
        note = {"note": "FICTIONAL"} if self.is_fictional else {}
        with to.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, [*rows[0], *note], lineterminator="\n")
            writer.writeheader()
            writer.writerows({name: spreadsheet.shown(cell) for name, cell in row.items()} | note for row in rows)


def _shown(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    return f"{spreadsheet.shown_sql(quoted)} as {quoted}" if kind == "VARCHAR" else quoted


@contextmanager
def open_release(folder: Path) -> Iterator[Release]:
    """Open a release that is sound; close it at the end.

    Args:
        folder: holds dovetail.duckdb, checks.json and MANIFEST.

    Raises:
        ReleaseNotSound: a part is missing, the parts disagree, or a blocking check failed or was not recorded.
    """
    manifest = _json(folder, "MANIFEST")
    release_id = str(manifest.get("release_id") or "")
    if not release_id:
        raise ReleaseNotSound(f"{folder.name}: MANIFEST names no release_id, so nothing says what this release is.")
    checks = sound_checks(_json(folder, "checks.json"), release_id)
    database = folder / "dovetail.duckdb"
    if not database.is_file():
        raise ReleaseNotSound(f"Release {release_id} has no dovetail.duckdb, so there is nothing to report.")
    connection = duckdb.connect(
        str(database),
        read_only=True,
        # One thread: the queries are many and small, and two threads make each of them slower (28 against 48 ms).
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "threads": "1",
            "memory_limit": MOST_MEMORY,
            # Made only when memory runs out. The folder of the release may not change, and all connections of a
            # process must name the same one.
            "temp_directory": str(Path(gettempdir()) / f"dovetail-report-{os.getpid()}"),
        },
    )
    # A bar of its own would run across what the caller prints.
    connection.execute("set enable_progress_bar = false")
    try:
        comments = dict(
            connection.execute(
                "select table_name, comment from duckdb_tables() where schema_name = 'main'"
                " union all select view_name, comment from duckdb_views() where schema_name = 'main' and not internal"
            ).fetchall()
        )
        yield Release(
            release_id=release_id,
            built_at=_built_at(manifest, release_id),
            is_fictional=_is_fictional(manifest, comments, connection),
            inputs=manifest.get("inputs") or {},
            checks=checks,
            connection=connection,
            tables=frozenset(comments),
            folder=folder,
            access=manifest.get("access"),
        )
    finally:
        connection.close()


def sound_checks(document: Row, release_id: str) -> list[Row]:
    """The checks of a release, when they let it be shown.

    Raises:
        ReleaseNotSound: they are of another release, none of them blocks, or a blocking one did not pass.
    """
    if document.get("release_id") != release_id:
        raise ReleaseNotSound(
            f"checks.json is of release {document.get('release_id')} and MANIFEST of release {release_id}: "
            "the checks must be those of the release that is shown."
        )
    checks = document.get("checks") or []
    blocking = [check for check in checks if check.get("is_blocking")]
    if not blocking:
        raise ReleaseNotSound(f"Release {release_id} records no blocking check, so nothing says that it is sound.")
    failed = [check for check in blocking if check.get("outcome") not in ("pass", "warn")]
    if failed:
        names = ", ".join(str(check.get("check_id")) for check in failed[:5])
        more = f" and {len(failed) - 5} more" if len(failed) > 5 else ""
        raise ReleaseNotSound(
            f"Release {release_id} may not be shown: {len(failed)} of {len(blocking)} blocking checks did not pass "
            f"({names}{more})."
        )
    return list(checks)


def _json(folder: Path, name: str) -> Row:
    file = folder / name
    if not file.is_file():
        raise ReleaseNotSound(f"{folder.name} has no {name}, so it is not a release that may be shown.")
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReleaseNotSound(f"{folder.name}: {name} is not readable as JSON ({error}).") from None
    if not isinstance(document, dict):
        raise ReleaseNotSound(f"{folder.name}: {name} is not a JSON object.")
    return document


def _built_at(manifest: Row, release_id: str) -> datetime | None:
    if not manifest.get("built_at"):
        return None
    try:
        return datetime.fromisoformat(str(manifest["built_at"]))
    except ValueError:
        raise ReleaseNotSound(f"Release {release_id}: MANIFEST gives built_at in no form that can be read.") from None


def _is_fictional(manifest: Row, comments: dict[str, str | None], connection: duckdb.DuckDBPyConnection) -> bool:
    """Any one sign is enough: to miss it would pass invented figures off as real."""
    inputs = manifest.get("inputs") or {}
    if manifest.get("is_fictional") or inputs.get("is_fictional"):
        return True
    if any("FICTIONAL" in (comment or "") for comment in comments.values()):
        return True
    if "deliveries" not in comments:
        return False
    found = connection.execute("select count(*) from deliveries where file_name ilike '%fictional%'").fetchone()
    return bool(found and found[0])
