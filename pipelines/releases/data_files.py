"""The data of a release as files: Parquet and CSV of each public table, the same bytes for the same rows.

A table that grows with time is a folder of files, one for each year of the date that public_tables.yml names; what did
not change since the release before is a hard link to its file. Every other table is one file.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.database import Column, PublicTable
from pipelines.releases.fingerprint import files_sha256
from pipelines.releases.partitions import Part, fingerprints, held, parts, rows_of, write_parts
from pipelines.releases.quoted import identifier, literal
from reports.spreadsheet import shown_sql

if TYPE_CHECKING:
    import duckdb

    from pipelines.releases.store import Release

# Written out so that a new version of DuckDB with other defaults does not change the bytes.
_PARQUET = "format parquet, parquet_version v1, compression zstd, compression_level 3, row_group_size 122880"
CSV_FORMAT = "format csv, header true, delimiter ',', quote '\"', escape '\"', nullstr ''"
MOST_PLAIN_ROWS = 1_048_575
"""Rows of a sheet beside its header. Where a file of a table has more, its CSV is packed (.csv.zst): no sheet can open
it anyway, and gzip would take six times as long as the rows themselves."""


@dataclass(frozen=True)
class DataFile:
    """A file of a table within the release: `data/services.csv`, `data/observations/2024.parquet`."""

    table: str
    path: str
    part: str | None = None

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet; else it is CSV."""
        return self.path.endswith(".parquet")


@dataclass(frozen=True)
class DataFiles:
    """The data files of a release, by table in the order of the tables, and what is known of their bytes.

    Attributes:
        files: each of them.
        linked: SHA-256 by path of those that are the release before's own.
    """

    files: tuple[DataFile, ...]
    linked: dict[str, str]

    def of(self, table: str, *, parquet: bool) -> list[str]:
        """Paths of a table's files of one form, the earliest part first."""
        return [file.path for file in self.files if file.table == table and file.is_parquet == parquet]


def write_data_files(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[PublicTable],
    folder: Path,
    *,
    is_fictional: bool,
    previous: Release | None = None,
) -> DataFiles:
    """Write `data/` and partitions.json for every table; the rows lie as they lie in the database.

    In the CSV nothing is an empty cell, several values are joined by ';', a time ends in Z (it is UTC), and a text that
    a spreadsheet would run as a formula has an apostrophe before it. The Parquet has every text as it came.

    Args:
        connection: with the tables in use.
        tables: what to write.
        folder: the folder of the release.
        is_fictional: whether the word FICTIONAL goes into the metadata of the Parquet.
        previous: a release whose files of equal content are linked.
    """
    (folder / "data").mkdir()
    parted = [(table, list(_parts(connection, table, is_fictional=is_fictional))) for table in tables]
    made = [part for _, of_table in parted for part in of_table if part is not None]
    wanted: dict[DataFile, _Rows] = {}
    for table, of_table in parted:
        is_packed = max(table.rows if part is None else part.held.rows for part in of_table) > MOST_PLAIN_ROWS
        about = _metadata(table, is_fictional=is_fictional)
        for part in of_table:
            where = "" if part is None else f" where {rows_of(table.declared, part.name)}"
            wanted |= dict.fromkeys(_files(table.name, part, is_packed=is_packed), _Rows(table, where, about))
    alike = _published_alike(previous, made)
    linked: dict[str, str] = {}
    with ThreadPoolExecutor(1) as beside:
        # The disk gives the files of before while the processors write the new ones.
        reading = beside.submit(files_sha256, [file for file, _ in alike.values()], are_cold=True)
        for file, rows in wanted.items():
            if file.path not in alike:
                _write(connection, rows, file, folder)
        read = reading.result()
    for file, rows in wanted.items():
        if file.path not in alike:
            continue
        known, sha256 = alike[file.path]
        # One that was damaged since is not taken.
        if read[known] == sha256 and _link(known, folder / file.path):
            linked[file.path] = sha256
        else:
            _write(connection, rows, file, folder)
    write_parts(made, folder)
    return DataFiles(tuple(wanted), linked)


@dataclass(frozen=True)
class _Rows:
    """What goes into the two files of a part, or of a table that is in no parts."""

    table: PublicTable
    where: str
    about: Mapping[str, str]


def _published_alike(release: Release | None, now: Sequence[Part]) -> dict[str, tuple[Path, str]]:
    """The files of a release that hold parts as they are now, and their published SHA-256, by path within it."""
    before = fingerprints(release.path) if release else {}
    if release is None or not before:
        return {}
    published = _published(release)
    return {
        file.path: (release.path / file.path, published[file.path])
        for part, is_packed in product(now, (False, True))
        if before.get(part.table, {}).get(part.name) == part.fingerprint
        for file in _files(part.table, part, is_packed=is_packed)
        if file.path in published
    }


def _link(file: Path, into: Path) -> bool:
    """Whether the same file is there now, or a copy of it where there can be no link."""
    into.parent.mkdir(exist_ok=True)
    try:
        try:
            os.link(file, into)
        except OSError:
            # Another file system, or one that knows no links, or too many of them.
            shutil.copyfile(file, into)
    except OSError:
        return False
    return True


def _published(release: Release) -> dict[str, str]:
    from pipelines.releases.manifest import ManifestNotReadable

    try:
        return dict(release.manifest["files"])
    except ManifestNotReadable:
        return {}


def _parts(connection: duckdb.DuckDBPyConnection, table: PublicTable, *, is_fictional: bool) -> Iterator[Part | None]:
    """The parts of a table; None stands for the whole of one that is in no parts."""
    if table.declared.partition is None:
        yield None
        return
    import duckdb

    writer = json.dumps([duckdb.__version__, _PARQUET, CSV_FORMAT, _metadata(table, is_fictional=is_fictional)])
    years = table.years
    if years is None:
        columns = {column.name: column.data_type for column in table.columns}
        years = tuple(held(connection, identifier(table.name), columns, table.declared.partition))
    yield from parts(table.name, years, writer)


def _files(table: str, part: Part | None, *, is_packed: bool) -> tuple[DataFile, DataFile]:
    packed = ".zst" if is_packed else ""
    if part is None:
        names = (f"data/{table}.parquet", f"data/{table}.csv{packed}")
    else:
        names = (f"data/{table}/{part.name}.parquet", f"data/{table}-csv/{part.name}.csv{packed}")
    where = part.name if part else None
    return DataFile(table, names[0], where), DataFile(table, names[1], where)


def _metadata(table: PublicTable, *, is_fictional: bool) -> dict[str, str]:
    return {"about": table.about} | ({"note": "FICTIONAL"} if is_fictional else {})


def _write(connection: duckdb.DuckDBPyConnection, rows: _Rows, file: DataFile, folder: Path) -> None:
    into = folder / file.path
    into.parent.mkdir(exist_ok=True)
    if file.is_parquet:
        cells = "*"
        metadata = ", ".join(f"{key}: {literal(text)}" for key, text in rows.about.items())
        form = f"{_PARQUET}, kv_metadata {{{metadata}}}"
    else:
        cells = ", ".join(f"{_as_text(column)} as {identifier(column.name)}" for column in rows.table.columns)
        form = f"{CSV_FORMAT}, compression zstd" if into.suffix == ".zst" else CSV_FORMAT
    source = f"select {cells} from {identifier(rows.table.name)}{rows.where}"
    connection.execute(f"copy ({source}) to {literal(into)} ({form})")


def _as_text(column: Column) -> str:
    name = identifier(column.name)
    if column.is_list:
        return shown_sql(f"array_to_string({name}::varchar[], ';')")
    if column.data_type == "TIMESTAMP":
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return shown_sql(name) if column.data_type == "VARCHAR" else name
