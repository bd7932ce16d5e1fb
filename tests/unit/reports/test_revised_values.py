"""What the changes page counts of values that a later delivery revised: all of them, however few it lists."""

import duckdb
import pytest

from reports.pages import changes_page

COLUMNS = (
    "observation_id", "indicator_id", "definition_version", "source_id", "area_type", "area_code", "breakdown_id",
    "delivery_id", "value_marker",
)  # fmt: skip


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        typed = ", ".join(f"{name} varchar" for name in COLUMNS)
        opened.execute(
            f"create table observations ({typed}, period_start date, period_end date, recorded_at timestamp,"
            " value double, is_current boolean, is_withdrawn boolean)"
        )
        yield opened


def revise(connection, area, before, now, *, marker=None, is_withdrawn=False):
    said = ((before, False, False, 1, None), (now, True, is_withdrawn, 2, marker))
    for value, is_current, withdrawn, delivery, marked in said:
        connection.execute(
            "insert into observations values"
            " (?, 'i', 'v', 's', 'authority', ?, 'all', ?, ?, '2024-01-01', '2024-03-31', ?, ?, ?, ?)",
            [
                f"{area}-{delivery}",
                area,
                f"D{delivery}",
                marked,
                f"2024-0{delivery + 4}-01",
                value,
                is_current,
                withdrawn,
            ],
        )


def revised(connection):
    result = connection.execute(changes_page._REVISED)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def test_each_way_of_being_revised_is_counted_and_what_is_as_it_was_is_not(connection):
    revise(connection, "up", 10, 30)
    revise(connection, "up a little", 10, 11)
    revise(connection, "down", 10, 4)
    revise(connection, "withdrawn", 10, 10, is_withdrawn=True)
    revise(connection, "marked", 10, None, marker="x")
    revise(connection, "the same", 10, 10)

    rows = revised(connection)

    assert [row["area_code"] for row in rows] == ["up", "down", "up a little", "withdrawn", "marked"]
    said = changes_page._signs(rows[0])
    assert said == "2 went up, 1 went down, 1 were withdrawn, 1 changed a marker."


def test_all_are_counted_where_only_the_largest_are_listed(connection):
    for number in range(changes_page.ROWS_SHOWN + 5):
        revise(connection, f"{number:03d}", 10, 11 + number)

    rows = revised(connection)

    assert len(rows) == changes_page.ROWS_SHOWN
    assert rows[0]["area_code"] == f"{changes_page.ROWS_SHOWN + 4:03d}"
    assert rows[0]["of_all"] == changes_page.ROWS_SHOWN + 5
