"""Looks into every file of a folder as far as a reader of it could: archives, databases, Parquet, PDF streams, CSV."""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import chdir
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def found(folder: Path, wanted: Iterable[str]) -> set[tuple[str, str]]:
    """File and canary, for each that stands anywhere in it."""
    canaries = [(text, text.encode()) for text in wanted]
    return {
        (path.relative_to(folder).as_posix(), text)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in contents(path)
        for text, canary in canaries
        if canary in content
    }


def contents(path: Path) -> Iterator[bytes]:
    """A file's name, its bytes, and what they decode to."""
    yield path.name.encode()
    raw = path.read_bytes()
    yield from _decoded(raw)
    if path.suffix == ".parquet":
        yield pl.read_parquet(BytesIO(raw)).select(pl.all().map_batches(_as_text)).write_csv().encode()
    if path.suffix == ".duckdb":
        for _, rows in tables(path):
            yield rows.select(pl.all().map_batches(_as_text)).write_csv().encode()


def tables(database: Path) -> Iterator[tuple[str, pl.DataFrame]]:
    """Every table and view of a database, of every schema (views of a build read files beside its folder)."""
    with chdir(database.parent.parent), duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name, '\"' || table_schema || '\".\"' || table_name || '\"'"
            " from information_schema.tables where table_schema not in ('information_schema', 'pg_catalog')"
        ).fetchall()
        for name, quoted in names:
            yield name, connection.sql(f"select * from {quoted}").pl()


def _as_text(column: pl.Series) -> pl.Series:
    return pl.Series(column.name, [None if value is None else repr(value) for value in column.to_list()], pl.String)


def _decoded(raw: bytes) -> Iterator[bytes]:
    yield raw
    if raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from _decoded(archive.read(name))
    if raw[:5] == b"%PDF-":
        for stream in STREAM.findall(raw):
            try:
                yield zlib.decompress(stream)
            except zlib.error:
                continue
