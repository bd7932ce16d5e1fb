"""Joins turned round for an engine that keeps what stands first: the same rows, whatever is joined to them."""

import random

import duckdb
import pytest
import sqlglot

from pipelines.distributed.dialect.joins import few_first

ON = {"b": "a.x = b.x", "c": "a.y = c.y and c.x is not null", "d": "coalesce(b.y, a.y) = d.y", "e": "d.x = e.x"}
SIDES = ("left join", "inner join")


@pytest.fixture
def tables():
    """Five small tables with keys that stand several times, or not at all, and nulls."""
    chance = random.Random(6)
    with duckdb.connect() as connection:
        for name in "abcde":
            rows = ", ".join(
                f"({', '.join(str(chance.choice(['null', 1, 2, 3])) for _ in 'xy')}, '{name}{number}')"
                for number in range(9)
            )
            connection.execute(f"create table {name} as from (values {rows}) as t(x, y, z)")
        yield connection


@pytest.mark.parametrize("seed", range(40))
def test_the_same_rows(tables, seed):
    chance = random.Random(seed)
    joined = [f"{chance.choice(SIDES)} {source(name, chance)} as {name} on {ON[name]}" for name in "bcde"]
    ours = f"select {', '.join(f'{t}.z' for t in 'abcde')} from {source('a', chance)} as a {' '.join(joined)}"
    theirs = few_first(sqlglot.parse_one(ours, dialect="duckdb")).sql("duckdb")
    assert "LEFT JOIN" not in theirs
    assert theirs.count("RIGHT JOIN") == ours.count("left join")
    assert tables.execute(f"{theirs} order by all").fetchall() == tables.execute(f"{ours} order by all").fetchall()


def source(name, chance):
    return chance.choice([name, f"(select x, y, z from {name} where y > 1)"])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a.z FROM a AS a CROSS JOIN b AS b",
        "SELECT a.z FROM a AS a LEFT JOIN b AS b USING (x)",
        "SELECT a.z FROM a AS a SEMI JOIN b AS b ON a.x = b.x",
        "SELECT a.z FROM a AS a FULL JOIN b AS b ON a.x = b.x",
        "SELECT a.z FROM a AS a LEFT JOIN a AS b ON a.x = b.x WHERE b.y IS NULL",
    ],
)
def test_every_other_join_stays(sql):
    assert few_first(sqlglot.parse_one(sql, dialect="duckdb")).sql("duckdb") == sql


def test_what_is_joined_within_stands_in_brackets():
    ours = "select a.z from a as a left join b as b on a.x = b.x left join c as c on a.y = c.y"
    assert few_first(sqlglot.parse_one(ours)).sql() == (
        "SELECT a.z FROM c AS c RIGHT JOIN (b AS b RIGHT JOIN a AS a ON a.x = b.x) ON a.y = c.y"
    )
