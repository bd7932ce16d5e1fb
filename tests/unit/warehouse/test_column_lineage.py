"""Where the columns of a select come from."""

import pytest
from sqlglot.errors import SqlglotError

from pipelines.warehouse.column_lineage import lineage_of

COLUMNS = {("internal", "a"): ["id", "x", "y"], ("internal", "b"): ["id", "y", "x"]}


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "select id, x + y as s, 1 as one from internal.a",
            {"id": [("a", "id")], "s": [("a", "x"), ("a", "y")], "one": []},
        ),
        ("with c as (select *, x as z from internal.a) select z from c where y > 1", {"z": [("a", "x")]}),
        (
            "select a.id, b.x from internal.a join internal.b on a.y = b.y",
            {"id": [("a", "id")], "x": [("b", "x")]},
        ),
        (
            "select * from internal.a union all by name select * from internal.b",
            {column: [("a", column), ("b", column)] for column in ("id", "x", "y")},
        ),
        (
            "select id, row_number() over (partition by x order by y) as place from internal.a",
            {"id": [("a", "id")], "place": [("a", "x"), ("a", "y")]},
        ),
        (
            "with recursive r as (select id, x from internal.a union all select r.id, b.y from r join internal.b "
            "on b.id = r.id) select x from r",
            {"x": [("a", "x"), ("b", "y")]},
        ),
    ],
)
def test_values_are_followed_to_the_tables_they_are_read_from(sql, expected):
    assert lineage_of(sql, COLUMNS) == expected


def test_files_are_named_by_their_pattern():
    columns = {("", "landed/a/**/*.parquet"): ["code", "row"]}
    sql = "with source as (select * from 'landed/a/**/*.parquet') select code as area, \"row\" from source"
    assert lineage_of(sql, columns) == {
        "area": [("landed/a/**/*.parquet", "code")], "row": [("landed/a/**/*.parquet", "row")],
    }  # fmt: skip


def test_what_is_no_select_is_refused():
    with pytest.raises(SqlglotError):
        lineage_of("select from where", COLUMNS)
