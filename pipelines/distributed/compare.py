"""Whether two builds hold the same public tables: row for row, in no order, floating point within a tolerance.

Whole numbers, text, dates, flags and lists of them must be the same. Two floating-point numbers are the same when they
differ by no more than TOLERANCE of the larger: sums of the same numbers in another order differ in their last digits.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TOLERANCE = 1e-9
FLOATING = ("DOUBLE", "FLOAT", "DOUBLE[]")
SHOWN = 3
PORTIONS = 1024
"""Of a table: those whose hashes tell a difference are compared row by row, the others not."""
ROWS_AT_ONCE = 2_000_000


@dataclass(frozen=True)
class Comparison:
    """One table of two builds.

    Attributes:
        table: Its name.
        rows: How many rows the first build has.
        other_rows: How many the second has.
        within_tolerance: Rows that differ in the last digits of a floating-point number alone.
        differing: Rows of the first build that the second does not have.
        examples: The first of them, each as `column=value, ...`.
    """

    table: str
    rows: int
    other_rows: int
    within_tolerance: int
    differing: int
    examples: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether both builds hold the same rows."""
        return self.rows == self.other_rows and self.differing == 0


def compare(database: Path, folder: Path, tables: Iterable[str]) -> list[Comparison]:
    """Compare the tables of a DuckDB file with Parquet files of the same names.

    Args:
        database: The file of the build with DuckDB.
        folder: With `<table>.parquet` of the other build.
        tables: Which tables.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"attach '{database}' as reference (read_only)")
        return [_compare(connection, table, folder / f"{table}.parquet") for table in tables]


def _compare(connection: Any, table: str, file: Path) -> Comparison:
    kinds = {row[0]: row[1] for row in connection.execute(f"describe reference.main.{table}").fetchall()}
    names = ", ".join(f'"{name}"' for name in kinds)
    exact = ", ".join(f'"{name}"' for name, kind in kinds.items() if kind not in FLOATING) or "1"
    portion = f"hash({exact}) % {PORTIONS}"
    for name, source in (("ours", f"reference.main.{table}"), ("theirs", f"read_parquet('{file}')")):
        columns = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind in kinds.items())
        connection.execute(f"create or replace temp view {name} as select {columns} from {source}")
        connection.execute(f"create or replace temp table only_{name} as select {names} from {name} limit 0")
    ours, theirs = (_portions(connection, side, portion, names) for side in ("ours", "theirs"))
    differing = sorted(at for at in ours.keys() | theirs.keys() if ours.get(at) != theirs.get(at))
    for at in _at_once(differing, ours, theirs):
        where = f"where {portion} in ({', '.join(map(str, at))})"
        for one, other in (("ours", "theirs"), ("theirs", "ours")):
            rows_of = [f"select {names} from {side} {where}" for side in (one, other)]
            connection.execute(f"insert into only_{one} {' except all '.join(rows_of)}")
    rows, other_rows = (sum(count for count, _ in side.values()) for side in (ours, theirs))
    left = connection.execute("select count(*) from only_ours").fetchone()[0]
    if not left:
        return Comparison(table, rows, other_rows, 0, 0)
    near = connection.execute(f"select count(*) from ({_near(kinds)})").fetchone()[0]
    examples: tuple[str, ...] = ()
    if near < left:
        found = connection.execute(f"select * from only_ours limit {SHOWN}").fetchall()
        examples = tuple(", ".join(f"{n}={v}" for n, v in zip(kinds, row, strict=True)) for row in found)
    return Comparison(table, rows, other_rows, near, left - near, examples)


def _portions(connection: Any, side: str, portion: str, names: str) -> dict[int, tuple[int, int]]:
    """Rows of each portion of a table, and the sum of their hashes: the same where the rows are, in whatever order."""
    found = connection.execute(f"select {portion}, count(*), sum(hash({names})) from {side} group by all").fetchall()
    return {at: (count, total) for at, count, total in found}


def _at_once(portions: list[int], *sides: dict[int, tuple[int, int]]) -> Iterator[list[int]]:
    """The portions in lists of as many as are compared in one statement; rows that differ in floats alone share one."""
    together: list[int] = []
    rows = 0
    for at in portions:
        mine = max(side.get(at, (0, 0))[0] for side in sides)
        if together and rows + mine > ROWS_AT_ONCE:
            yield together
            together, rows = [], 0
        together.append(at)
        rows += mine
    if together:
        yield together


def _near(kinds: dict[str, str]) -> str:
    """Rows of ours with a row of theirs that is the same but for the last digits of floating-point numbers.

    Rows that are the same in all else are paired in the order of their floating-point numbers.
    """
    exact = [f'"{name}"' for name, kind in kinds.items() if kind not in FLOATING]
    floating = [f'"{name}"' for name, kind in kinds.items() if kind in FLOATING]
    if not floating:
        return "select 1 where false"
    order = ", ".join(floating)
    place = f"row_number() over (partition by {', '.join(exact) or '1'} order by {order}) as place"
    same = [f"ours.{name} is not distinct from theirs.{name}" for name in exact]
    close = [_close(f"ours.{name}", f"theirs.{name}", kinds[name.strip('"')]) for name in floating]
    return (
        f"select 1 from (select *, {place} from only_ours) as ours"
        f" inner join (select *, {place} from only_theirs) as theirs"
        f" on {' and '.join([*same, 'ours.place = theirs.place', *close])}"
    )


def _close(ours: str, theirs: str, kind: str) -> str:
    if kind.endswith("[]"):
        pairs = f"list_zip({ours}, {theirs})"
        return (
            f"(({ours} is null and {theirs} is null) or (len({ours}) = len({theirs})"
            f" and len(list_filter({pairs}, lambda pair: not {_close('pair[1]', 'pair[2]', 'DOUBLE')})) = 0))"
        )
    return (
        f"({ours} is not distinct from {theirs}"
        f" or coalesce(abs({ours} - {theirs}) <= {TOLERANCE} * greatest(abs({ours}), abs({theirs})), false))"
    )
