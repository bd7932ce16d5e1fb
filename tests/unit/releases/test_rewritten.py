"""What the years of a table hold is told without reading the years that no update touched, and is the same."""

from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.releases import database, partitions, taken_over
from pipelines.releases.partitions import Held, held
from pipelines.releases.public_tables import declarations
from pipelines.releases.rewritten import held_now
from pipelines.warehouse import changes, recipe, standing
from pipelines.warehouse.changes import NOTHING, Rewritten
from pipelines.warehouse.inputs import ANY, Change
from pipelines.warehouse.recipe import Node
from tests.unit.releases.test_release_partitions import YEARS
from tests.unit.releases.test_taken_over import PROGRAM

COLUMNS = {"row": "BIGINT", "period_start": "DATE", "period_end": "DATE", "value": "DOUBLE"}
DAYS = st.one_of(st.none(), st.dates(date(2019, 6, 1), date(2022, 6, 1)))
ROWS = st.lists(st.tuples(DAYS, st.sampled_from([None, date(2020, 3, 31), date(2021, 3, 31), date(2022, 3, 31)]),
                          st.integers(0, 2)), max_size=12)  # fmt: skip


def put(connection, table, rows):
    connection.execute(f"create or replace table {table} ({', '.join(f'{n} {k}' for n, k in COLUMNS.items())})")
    if rows:
        connection.executemany(
            f"insert into {table} values ($1, $2, $3, $4)", [(i, *row) for i, row in enumerate(rows)]
        )


def texts(rows):
    found = {}
    for number, (start, end, value) in enumerate(rows):
        found.setdefault(None if end is None else end.isoformat(), []).append((number, start, value))
    return found


@settings(deadline=None, max_examples=150)
@given(before=ROWS, after=ROWS)
def test_whatever_an_update_wrote_anew(before, after):
    """Rows come, go, change their year within a slice, lose their period: as a pass over every row finds it."""
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as building")
        put(connection, "observations", before)
        put(connection, "building.main.observations", after)
        earlier, now = texts(before), texts(after)
        slices = frozenset(name for name in earlier.keys() | now.keys() if earlier.get(name) != now.get(name))
        known = {year.name: year for year in held(connection, "observations", COLUMNS, "period_start")}
        found = held_now(connection, declarations()["observations"], COLUMNS, known, Rewritten("period_end", slices))
        assert found == held(connection, "building.main.observations", COLUMNS, "period_start")


def test_a_year_that_nothing_touched_is_not_read():
    """What the release before told is taken for it, though it be wrong."""
    rows = [(date(2019, 7, 1), date(2020, 3, 31), 1), (date(2021, 7, 1), date(2022, 3, 31), 1)]
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as building")
        put(connection, "observations", rows)
        put(connection, "building.main.observations", rows)
        told = {"2019": Held("2019", 7, "told"), "2021": Held("2021", 7, "told")}
        last = Rewritten("period_end", frozenset({"2022-03-31"}))
        assert [year.rows for year in held_now(connection, declarations()["observations"], COLUMNS, told, last)] == [
            7,
            1,
        ]
        assert held_now(connection, declarations()["observations"], COLUMNS, told, NOTHING) == list(told.values())


# ------------------------------------------------------------------------------------- through a release, with its seal
LATER, SLICE = (
    "update observations set value = value + 1 where period_end = '2020-12-31'",
    Change(frozenset({date(2020, 12, 31)})),
)
SLICED = YEARS + "update observations set period_end = make_date(year(period_start), 12, 31)"


def node(name, slice_):
    return Node(name, name, "table", name, "", False, (), slice_, slice_ is not None, None, True)


@pytest.fixture
def read(monkeypatch):
    """Tables of which every row was read when a release was filled."""
    found = []

    def spied(connection, relation, *rest):
        found.append(relation)
        return held(connection, relation, *rest)

    monkeypatch.setattr(database, "held", spied)
    monkeypatch.setattr(taken_over, "LEAST", 0)
    return found


def update(warehouse, statement, change=None):
    """As an update leaves it: the rows, what it wrote anew, and the seal."""
    before = standing.read(warehouse)
    with duckdb.connect(str(warehouse / standing.DATABASE)) as connection:
        if before is None:
            connection.execute("create schema standing")
            changes.begin(connection)
            recipe.save(connection, [node("observations", "period_end"), node("services", None)])
        connection.execute(statement)
        if before is not None:
            changes.add(connection, {} if change is None else {"observations": change})
    standing.seal(warehouse, "2026.2", None, before)


@pytest.mark.parametrize("harm", ["none", "any row", "written to", "another release", "made new", "told nothing"])
def test_a_release_reads_what_changed_where_the_seal_vouches_for_it(build, release_of, read, harm):
    warehouse = build(sql=SLICED)
    update(warehouse, "select 1")
    old = release_of(warehouse, inputs=PROGRAM)
    standing.published_as(warehouse, old.release_id)
    update(warehouse, LATER, ANY if harm == "any row" else SLICE)  # a build that nobody published
    update(warehouse, "select 1")
    if harm == "written to":
        with duckdb.connect(str(warehouse / standing.DATABASE)) as connection:
            connection.execute("update observations set value = value + 3 where period_end = '2019-12-31'")
    elif harm == "another release":
        release_of(warehouse, inputs=PROGRAM)
    elif harm == "made new":
        standing.unseal(warehouse)
        with duckdb.connect(str(warehouse / standing.DATABASE)) as connection:
            connection.execute("drop schema standing cascade")
        update(warehouse, "select 1")
    elif harm == "told nothing":
        standing.unseal(warehouse)
    read.clear()
    new = release_of(warehouse, inputs=PROGRAM)
    assert read == ([] if harm == "none" else ['building.main."observations"'])
    with duckdb.connect(str(warehouse / standing.DATABASE), read_only=True) as connection:
        columns = {row[0]: row[1] for row in connection.execute("describe observations").fetchall()}
        real = held(connection, "observations", columns, "period_start")
    assert list(partitions.contents(new.path)["observations"].values()) == real
    with duckdb.connect(str(new.database), read_only=True) as connection:
        assert held(connection, "observations", columns, "period_start") == real
