"""Hand-made attacks by subtraction: each kind of sum gives a small count away until something beside it is hidden."""

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from pipelines.workspace import Disclosure
from sources.shapes import schema
from tests.unit.disclosure.tables import AGES, OFFENCES, PARTS, bounds, cell, planned, share, spans


def test_a_small_count_is_hidden_with_one_part_beside_it():
    whole, parts = cell(40), [cell(n, part) for n, part in zip((3, 12, 25), PARTS, strict=True)]
    done = planned([whole, *parts])
    assert done.why(breakdown_id="offence_drugs") == "primary"
    assert done.hidden() == {("vellow", "offence_drugs"), ("vellow", "offence_robbery")}
    assert done.why(breakdown_id="offence_robbery") == "secondary"
    for target in parts[:2]:
        assert spans(bounds(done.public, [(whole, parts)], target))
    assert done.proof.failing == 0


def test_two_small_counts_that_bound_each_other_take_a_third():
    # 2 + 2 hidden under an open 12 with an open 8: each is at most 4, below the threshold.
    whole, parts = cell(12), [cell(n, part) for n, part in zip((2, 2, 8), PARTS, strict=True)]
    done = planned([whole, *parts])
    assert all(spans(bounds(done.public, [(whole, parts)], target)) for target in parts[:2])


def test_two_margins_of_one_whole_are_protected_together():
    whole = cell(30)
    offences = [cell(n, part) for n, part in zip((4, 10, 16), PARTS, strict=True)]
    ages = [cell(n, age) for n, age in zip((2, 28), AGES, strict=True)]
    done = planned([whole, *offences, *ages])
    sums = [(whole, offences), (whole, ages)]
    assert spans(bounds(done.public, sums, offences[0]))
    assert spans(bounds(done.public, sums, ages[0]))


def test_nothing_is_hidden_where_nothing_is_small():
    assert planned([cell(40), *(cell(n, part) for n, part in zip((10, 5, 25), PARTS, strict=True))]).hidden() == set()


@pytest.mark.parametrize(("number", "is_hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_the_threshold_hides_one_to_four(number, is_hidden):
    assert bool(planned([cell(number)]).hidden()) is is_hidden


def test_a_nought_is_hidden_when_the_settings_say_so():
    assert planned([cell(0)], Disclosure(suppress_zero=True)).why(breakdown_id="all") == "primary"
    assert planned([cell(7)], Disclosure(threshold=10)).why(breakdown_id="all") == "primary"


def test_counts_of_no_people_stay_open():
    assert planned([cell(2, unit="sectors_of_5")]).hidden() == set()


@pytest.mark.parametrize(
    "row",
    [
        share(3, 60),
        share(57, 60),
        share(1, 3),
        share(None, 60, value=5.0),
        share(57, None, value=95.0),
    ],
    ids=["few", "all but a few", "small base", "share of a known base", "share of a known count"],
)
def test_a_share_is_hidden_with_its_counts_where_it_gives_a_small_one_away(row):
    done = planned([row])
    assert done.why(breakdown_id="all") == "primary"
    shown = done.public.row(0, named=True)
    assert (shown["numerator"], shown["denominator"], shown["value"], shown["value_marker"]) == (None, None, None, "c")


def test_the_rest_of_a_share_is_not_left_to_its_counts_under_other_names():
    # The same 57 of 60 stand as counts in rows of their own: hiding the share alone would hide nothing.
    places = [f"place-{n}" for n in range(12)]
    rows = [share(40 + n, 60 + n, area=place) for n, place in enumerate(places)]
    rows[0] = share(57, 60, area=places[0])
    counts = [
        cell(row["numerator"], "suitable", area=row["area_code"], indicator_id="accommodation_at_order_end_children",
             unit="children")
        for row in rows
    ]  # fmt: skip
    bases = [
        cell(row["denominator"], area=row["area_code"], indicator_id="accommodation_at_order_start_children",
             unit="children")
        for row in rows
    ]  # fmt: skip
    done = planned([*rows, *counts, *bases])
    mine = [
        row for row in done.public.iter_rows(named=True) if row["area_code"] == "place-0" and row["value"] is not None
    ]
    assert {row["value"] for row in mine} != {57, 60}
    assert done.proof.failing == 0


def test_two_series_that_are_the_same_in_one_year_alone_stay_two():
    # In 2023 both count the same, in 2024 no longer: the second has margins of its own there, which hold all the same.
    rows = []
    for n in range(12):
        for year, more in ((2023, 0), (2024, 9)):
            days = {"period_start": date(year, 1, 1), "period_end": date(year, 3, 31), "area": f"place-{n}"}
            few = 3 if (n, year) == (0, 2024) else 15 + n
            rows += [
                cell(60 + n, indicator_id="children_with_victims", unit="children", **days),
                cell(60 + n + more, **days),
                *(cell(k, part, **days) for k, part in zip((few, 20, 40 + n + more - few), PARTS, strict=True)),
            ]
    done = planned(rows)
    of_2024 = done.plan.hidden.filter(pl.col("period_start") == date(2024, 1, 1))
    assert of_2024.height == 2
    assert done.proof.failing == 0


@pytest.mark.parametrize("others", ["girls", "all"], ids=["breakdowns of one indicator", "two indicators"])
def test_a_sum_that_nobody_declared_is_found_in_the_figures(others):
    rows = []
    for n in range(12):
        first, second, place = 3 if n == 0 else 20 + n * n, 11 + 7 * n, f"place-{n}"
        other = OFFENCES if others == "girls" else "victims_of_children"
        rows += [
            cell(first, "boys", area=place),
            cell(second, others, area=place, indicator_id=other),
            cell(first + second, "male", area=place, indicator_id="children_with_victims", unit="children"),
        ]
    done = planned(rows)
    assert done.why(area_code="place-0", breakdown_id="boys") == "primary"
    beside = {done.why(area_code="place-0", breakdown_id=others), done.why(area_code="place-0", breakdown_id="male")}
    assert "secondary" in beside
    assert done.proof.failing == 0


def test_every_vintage_and_every_dataset_loses_what_any_of_them_shows_small():
    old = cell(3, recorded_at=datetime(2024, 4, 1), delivery_id="D000001")
    new = cell(9, recorded_at=datetime(2024, 6, 1), delivery_id="D000002")
    other = cell(8, source_id="invented__others", delivery_id="D000003", recorded_at=datetime(2024, 5, 1))
    done = planned([old, new, other])
    assert done.public["value"].to_list() == [None, None, None]


@pytest.mark.parametrize(
    "vintages",
    [[(3, 0, 25), (3, 12, 25)], [(3, 0, 37), (2, 13, 25), (3, 12, 25)]],
    ids=["two", "three, of which two say the same of some figures"],
)
def test_a_superseded_table_is_protected_as_the_one_that_stands(vintages):
    # Hiding robbery protects drugs (3) in the table that stands, and is no help in the first: there it is 0.
    tables = []
    for day, numbers in enumerate(vintages, 1):
        told = {"delivery_id": f"D00000{day}", "recorded_at": datetime(2024, 5, day)}
        parts = [cell(n, part, **told) for n, part in zip(numbers, PARTS, strict=True)]
        tables.append((cell(sum(numbers), **told), parts))
    done = planned([row for whole, parts in tables for row in (whole, *parts)])
    for whole, parts in tables:
        public = done.public.filter(pl.col("delivery_id") == whole["delivery_id"])
        assert spans(bounds(public, [(whole, parts)], parts[0]))


def test_quarters_do_not_give_each_other_away_against_the_year():
    quarters = [
        cell(n, period_start=first, period_end=last)
        for n, first, last in zip(
            (3, 20, 30, 40),
            (date(2023, 4, 1), date(2023, 7, 1), date(2023, 10, 1), date(2024, 1, 1)),
            (date(2023, 6, 30), date(2023, 9, 30), date(2023, 12, 31), date(2024, 3, 31)),
            strict=True,
        )
    ]
    year = cell(93, period_start=date(2023, 4, 1), period_end=date(2024, 3, 31), period_type="financial_year")
    done = planned([year, *quarters])
    assert len(done.plan.hidden) == 2
    assert spans(bounds(done.public, [(year, quarters)], quarters[0]))


@pytest.fixture
def registers(tmp_path: Path) -> Path:
    """A service of three authorities in one region of one country."""

    def write(shape, rows):
        columns = schema(shape)
        told = {"source_id": "invented", "delivery_id": "D000001", "recorded_at": datetime(2024, 1, 1)}
        table = [{name: (told | row).get(name) for name in columns} for row in rows]
        (tmp_path / shape / "invented").mkdir(parents=True)
        pl.DataFrame(table, schema=columns, orient="row").write_parquet(
            tmp_path / shape / "invented" / "D000001.parquet"
        )

    codes = ["FE0000001", "FE0000002", "FE0000003"]
    write("service_memberships", [{"service_id": "vellow", "area_code": code, "nation": "England"} for code in codes])
    areas = [{"area_code": c, "area_type": "authority", "region_code": "FR0000001", "nation": "England"} for c in codes]
    country = {"area_code": "FICT00ENG", "area_type": "country", "area_name": "England"}
    write("authorities", [*areas, country])
    return tmp_path


@pytest.mark.parametrize(
    ("kind", "code"), [("youth_justice_service", "vellow"), ("region", "FR0000001"), ("country", "FICT00ENG")]
)
def test_an_authority_does_not_follow_from_what_it_is_part_of(kind, code, registers):
    members = [
        cell(n, area=f"FE000000{i}", area_type="authority") for i, n in enumerate((2, 30, 50), 1)
    ]  # fmt: skip
    whole = cell(82, area=code, area_type=kind)
    done = planned([whole, *members], landed=registers)
    assert len(done.plan.hidden) == 2
    assert spans(bounds(done.public, [(whole, members)], members[0]))


def test_what_the_publisher_suppressed_is_not_given_away_by_the_rest():
    whole = cell(40)
    parts = [cell(None, "offence_drugs", value_marker="c"), cell(12, "offence_robbery"), cell(25, "offence_violence")]
    done = planned([whole, *parts])
    assert done.why(breakdown_id="offence_robbery") == "secondary"
    assert spans(bounds(done.public, [(whole, parts)], parts[0]))


def test_an_audit_of_rows_that_were_not_hidden_fails():
    from pipelines.disclosure.proof import prove

    done = planned([cell(40), *(cell(n, part) for n, part in zip((3, 12, 25), PARTS, strict=True))])
    assert prove(done.found, Disclosure(), done.rows).failing == 1
    only_primary = done.rows.with_columns(value=pl.when(pl.col("value") != 3).then("value"))
    attack = prove(done.found, Disclosure(), only_primary)
    assert attack.failing == 1
    assert "offence_drugs" in attack.keys[0]
    assert OFFENCES in attack.keys[0]
