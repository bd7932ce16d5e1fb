"""The ledger's own file: SQLite, one transaction a delivery, so that a killed run leaves it whole."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.ledger.journal import Journal
from sources.shapes import schema

VERSION = 2
PRIVATE = {"judged_with": "text", "said": "text"}
SQL_TYPES = {pl.String: "text", pl.Int64: "integer", pl.Float64: "real", pl.Boolean: "integer"}


class LedgerError(Exception):
    """A ledger that cannot be used."""


class Ledger:
    """Deliveries in order of arrival. Times are naive UTC."""

    def __init__(self, folder: Path) -> None:
        """Open the ledger in `folder`, making it where there is none.

        Raises:
            LedgerError: when the file is no ledger, or was written by a newer version.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "ledger.sqlite"
        self.columns = [*schema("deliveries").names(), *PRIVATE]
        with self._connection() as connection:
            self._prepare(connection)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        try:
            (version,) = connection.execute("pragma user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise LedgerError(f"{self.path.name} is no ledger or is damaged: {error}") from error
        if version > VERSION:
            raise LedgerError(f"{self.path.name} was written by a newer version of dovetail ({version} > {VERSION})")
        types = {name: SQL_TYPES.get(type(kind), "text") for name, kind in schema("deliveries").items()} | PRIVATE
        declared = ", ".join(
            f"{name} {types[name]}{' primary key' if name == 'delivery_id' else ''}" for name in self.columns
        )
        connection.execute(f"create table if not exists deliveries ({declared}) without rowid")
        there = {name for _, name, *_ in connection.execute("pragma table_info(deliveries)")}
        for name in self.columns:
            if name not in there:
                # A ledger of an earlier version: what it did not ask for is not known of its deliveries.
                connection.execute(f"alter table deliveries add column {name} {types[name]}")
        connection.execute("create index if not exists deliveries_by_file on deliveries (sha256)")
        if version < VERSION:  # so that opening a ledger writes nothing: a full disk can still be read
            connection.execute(f"pragma user_version = {VERSION}")

    def next_id(self) -> str:
        """The id of the next delivery."""
        with self._connection() as connection:
            (last,) = connection.execute("select max(delivery_id) from deliveries").fetchone()
        return f"D{(int(last[1:]) if last else 0) + 1:06d}"

    def record(self, delivery: Mapping[str, Any]) -> None:
        """Record a delivery, whole or not at all."""
        values = {name: _stored(delivery.get(name)) for name in self.columns}
        Journal(self.path.parent).record({name: value for name, value in values.items() if value is not None})
        self.restore([values])

    def restore(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Put rows in as the ledger stores them, all or none: what a journal tells."""
        marks = ", ".join("?" for _ in self.columns)
        with self._connection() as connection:
            connection.executemany(
                f"insert into deliveries ({', '.join(self.columns)}) values ({marks})",
                ([row.get(name) for name in self.columns] for row in rows),
            )

    def looked_again(self, delivery_id: str, judged_with: str) -> None:
        """Remember that a delivery was judged once more, with the same outcome, against another catalogue."""
        Journal(self.path.parent).looked_again(delivery_id, judged_with)
        with self._connection() as connection:
            connection.execute(
                "update deliveries set judged_with = ? where delivery_id = ?", [judged_with, delivery_id]
            )

    def judgements(self, sha256: str) -> list[dict[str, Any]]:
        """The latest judgement of these bytes (not merely noted as unchanged): one delivery for each dataset."""
        with self._connection() as connection:
            rows = connection.execute(
                f"select {', '.join(self.columns)} from deliveries where sha256 = ? and verdict <> 'unchanged'"
                " order by delivery_id",
                [sha256],
            ).fetchall()
        found = [dict(zip(self.columns, row, strict=True)) for row in rows]
        # The datasets of one file are judged together, at one moment.
        return [each for each in found if each["recorded_at"] == found[-1]["recorded_at"]]

    def of_dataset(self, source_id: str) -> list[dict[str, Any]]:
        """Every judged delivery of a dataset, with what was said of it, in the order they were recorded in."""
        with self._connection() as connection:
            rows = connection.execute(
                f"select {', '.join(self.columns)} from deliveries where source_id = ? and verdict <> 'unchanged'"
                " order by delivery_id",
                [source_id],
            ).fetchall()
        return [dict(zip(self.columns, row, strict=True)) for row in rows]

    def first_recorded(self, sha256: str | None, source_id: str) -> datetime | None:
        """When these bytes were first recorded as a delivery of a dataset; None where they were not."""
        with self._connection() as connection:
            (first,) = connection.execute(
                "select min(recorded_at) from deliveries where sha256 = ? and source_id = ?", [sha256, source_id]
            ).fetchone()
        return datetime.fromisoformat(first) if first else None

    def fingerprints(self) -> dict[str, str]:
        """For each dataset a text that changes when a delivery of it is judged: its last delivery, and how many."""
        with self._connection() as connection:
            return {
                source: f"{last} of {number}"
                for source, last, number in connection.execute(
                    "select source_id, max(delivery_id), count(*) from deliveries"
                    " where verdict <> 'unchanged' and source_id is not null group by source_id"
                )
            }

    def judged(self) -> list[dict[str, Any]]:
        """Every delivery that was judged (not merely noted as unchanged), with what the ledger keeps for itself."""
        with self._connection() as connection:
            rows = connection.execute(
                f"select {', '.join(self.columns)} from deliveries where verdict <> 'unchanged' order by delivery_id"
            ).fetchall()
        return [dict(zip(self.columns, row, strict=True)) for row in rows]

    def last_recorded(self) -> datetime | None:
        """The latest moment at which anything was recorded; None in an empty ledger."""
        with self._connection() as connection:
            (last,) = connection.execute("select max(recorded_at) from deliveries").fetchone()
        return datetime.fromisoformat(last) if last else None

    def deliveries(self) -> pl.DataFrame:
        """All deliveries, in the shape of sources/shapes/deliveries.yml."""
        declared = schema("deliveries")
        with self._connection() as connection:
            rows = connection.execute(
                f"select {', '.join(declared.names())} from deliveries order by delivery_id"
            ).fetchall()
        texts = {name: pl.String if kind in (pl.Date, pl.Datetime) else kind for name, kind in declared.items()}
        frame = pl.DataFrame(rows, schema=texts, orient="row")
        return frame.with_columns(
            *(pl.col(n).str.to_date("%Y-%m-%d") for n, k in declared.items() if k == pl.Date),
            *(pl.col(n).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us")
              for n, k in declared.items() if k == pl.Datetime),
        )  # fmt: skip

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value if value is None or isinstance(value, int | float) else str(value)
