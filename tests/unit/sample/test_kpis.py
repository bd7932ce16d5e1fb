"""The ten KPI templates: literal lines, sums that agree, and the deliveries that go wrong on purpose."""

from datetime import date

import polars as pl
import pytest
import yaml

from pipelines.sample import kpis
from pipelines.sample.country import found_country

ORDERS = ("ns", "yjs", "ycc", "ro", "yro", "cust")
YEARS = ("2023-24", "2024-25")
NAMES = [name for name, _ in kpis._TEMPLATES]
DEFECTIVE = {
    "kpi_01_accommodation": ["Temporary accomodation", "Supported accommodation/supported lodgings"],
    "kpi_02_ete": ["Number of children in full time ETE with an order closing in the period ", "School (full-time)",
                   "School (part time)", "Alternative provision", "16 - 24 hours"],
    "kpi_03_send_aln": ["Number of  children with an order ending in the period"],
    "kpi_04_mental_health": ["Number of  children with an order ending in the period",
                             "Getting Additional Help: Number of planned or offered interventions"],
    "kpi_05_substance_misuse": [
        "Number of children with a screened OR identified need for intervention/treatment to address substance misuse ",
        "Number offered targeted intervention/treatment.",
        "Number attending specialist substance misuse treatment ",
        "Number offered specialist substance misuse treatment",
    ],
    "kpi_09_serious_violence": [
        "Offences with a gravity score of 5 or more for Drugs offences resulting in a caution or sentence in the"
        " quarter",
    ],
    "kpi_08_management_board": ["If attended - was this a new partner?"],
    "kpi_10_victims": ["Total number of victims "],
}  # fmt: skip


@pytest.fixture
def kpi(table):
    """Both years of a KPI, counts as numbers."""

    def get(name: str) -> pl.DataFrame:
        both = pl.concat([table(f"{name}_{year}.csv") for year in YEARS])
        keys = ["reporting_date", "yot_code", "description", "description_group", "return_status_id", "note"]
        return both.with_columns(pl.exclude(*[key for key in keys if key in both.columns]).cast(pl.Int64, strict=False))

    return get


@pytest.mark.parametrize("name", DEFECTIVE)
def test_literal_lines_keep_their_defects(kpi, name):
    assert set(DEFECTIVE[name]) <= set(kpi(name)["description"])


@pytest.mark.parametrize("name", NAMES)
def test_eight_quarters_labelled_by_their_first_day(kpi, name):
    dates = sorted(set(kpi(name)["reporting_date"]))
    assert dates == [
        "2023-04-01", "2023-07-01", "2023-10-01", "2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-01",
    ]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_two_services_a_quarter_return_nothing(kpi, name):
    codes = kpi(name).with_columns(pl.col("yot_code").str.strip_chars())
    returned = codes.group_by("reporting_date").agg(pl.col("yot_code").n_unique()).sort("reporting_date")
    expected = [153] * 8
    if name == "kpi_03_send_aln":
        expected[2] = 152
    assert returned["yot_code"].to_list() == expected
    known = {service.code for service in found_country().services_on(date(2023, 12, 31))}
    assert set(codes["yot_code"]) <= known


def test_suitable_and_unsuitable_make_the_total_of_kpi_1(kpi):
    returns = kpi("kpi_01_accommodation")
    for order in ORDERS:
        assert (returns[f"{order}_end_yes"] + returns[f"{order}_end_no"] == returns[f"{order}_total"]).all()
    never = returns.filter(pl.col("description").is_in(["Bed and breakfast", "No fixed abode", "Unknown"]))
    assert never.height > 0
    assert never.select(pl.sum_horizontal(f"{order}_end_yes" for order in ORDERS)).sum().item() == 0


def lines_of(returns: pl.DataFrame, column: str) -> pl.DataFrame:
    return returns.with_columns(pl.col("description").str.strip_chars()).pivot(
        on="description", index=["reporting_date", "yot_code"], values=column, aggregate_function="sum"
    )


def test_in_and_out_of_ete_make_the_children_of_kpi_2(kpi):
    whole = lines_of(kpi("kpi_02_ete"), "ro_school_end")
    ending = "with an order closing in the period"
    inside, outside = whole[f"Number of children in ETE {ending}"], whole[f"Number of children not in ETE {ending}"]
    assert (inside + outside == whole[f"Number of children {ending}"]).all()
    part, full = (whole[f"Number of children in {time} time ETE {ending}"] for time in ("part", "full"))
    assert (part + full == inside).all()
    assert (whole[f"Number of children in suitable ETE {ending}"] <= inside).all()


def test_provision_of_school_age_holds_no_older_children_in_kpi_2(kpi):
    whole = kpi("kpi_02_ete")
    assert (lines_of(whole, "ro_above_end")["School (full-time)"].fill_null(0) == 0).all()
    assert (lines_of(whole, "ro_school_end")["University"].fill_null(0) == 0).all()
    assert lines_of(whole, "ro_school_end")["School (full-time)"].sum() > 0


def test_a_plan_needs_an_identified_need_and_an_offer_a_need(kpi):
    special = lines_of(kpi("kpi_03_send_aln"), "ro")
    plan = special["Number of children who have a formal plan in place for the current academic year"]
    identified = special["Number with an identified SEND/ALN"]
    assert (plan <= identified).all()
    assert (identified <= special["Number of  children with an order ending in the period"]).all()
    misuse = lines_of(kpi("kpi_05_substance_misuse"), "ro_end")
    offered = misuse.select(pl.sum_horizontal(pl.col("^Number offered .*$"))).to_series()
    need = (
        "Number of children with a screened OR identified need for intervention/treatment to address substance misuse"
    )
    assert (offered <= misuse[need]).all()


def test_board_attendance_may_exceed_five(kpi):
    senior = kpi("kpi_08_management_board").filter(pl.col("description") == "Senior partner")
    attended = senior.select(pl.sum_horizontal(f"senior_{s}_attended" for s in "abcde")).to_series()
    assert attended.max() > 5
    assert 3 < attended.median() <= 5


def test_late_return_stands_alone(table):
    late = table("kpi_03_send_aln_2023Q3_late.csv")
    assert late["reporting_date"].unique().to_list() == [kpis.LATE_QUARTER.isoformat()]
    assert late["yot_code"].n_unique() == 1
    first = table("kpi_03_send_aln_2023-24.csv").join(late, on=["reporting_date", "yot_code"], how="semi")
    assert first.height == 0


def test_corrected_return_changes_values_of_four_services(table):
    new = table("kpi_01_accommodation_2024Q2_corrected.csv")
    key = ["reporting_date", "yot_code"]
    old = table("kpi_01_accommodation_2024-25.csv").join(new.select(key).unique(), on=key, how="semi")
    assert new["yot_code"].n_unique() == old["yot_code"].n_unique() == 4
    assert new.columns == old.columns

    def total(frame: pl.DataFrame) -> dict[str, int]:
        counted = frame.group_by("yot_code").agg(pl.sum_horizontal(pl.col("^(ns|yjs|ycc|ro)_total$").cast(int)).sum())
        return dict(counted.iter_rows())

    assert all(total(new)[code] > before for code, before in total(old).items())


def test_sidecars_say_when_each_was_published(folder):
    def published(name: str) -> date:
        return yaml.safe_load((folder / f"FICTIONAL_{name}.csv.delivery.yml").read_text(encoding="utf-8"))["published"]

    assert published("kpi_03_send_aln_2023Q3_late") > published("kpi_03_send_aln_2023-24")
    assert published("kpi_01_accommodation_2024Q2_corrected") > published("kpi_01_accommodation_2024-25")


def test_one_cell_holds_a_word(table):
    numbers = table("kpi_06_out_of_court_2024-25.csv")["community_resolution"]
    assert numbers.filter(numbers.cast(pl.Int64, strict=False).is_null()).to_list() == [kpis.BROKEN_CELL]


@pytest.mark.parametrize(
    ("name", "column"), [("07_wider_services", "yro_end"), ("08_management_board", "senior_d_attended")]
)
def test_two_services_leave_a_cell_of_the_headline_empty(table, name, column):
    empty = table(f"kpi_{name}_2024-25.csv").filter(pl.col(column).is_null() | (pl.col(column) == ""))
    assert empty["yot_code"].n_unique() == empty.height == 2
    assert empty["reporting_date"].unique().to_list() == [kpis.BLANK_QUARTER.isoformat()]


def test_one_service_code_carries_a_space(table):
    codes = table("kpi_05_substance_misuse_2023-24.csv")["yot_code"].unique()
    assert [code for code in codes if code != code.strip()] == ["FIC0009 "]
