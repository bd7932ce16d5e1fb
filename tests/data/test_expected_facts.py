"""What a correct reader gets from the real files: every fact of EXPECTED.csv for a file that a dataset here reads.

A fact is looked up in what was really landed (or set aside), not in the file again, wherever a landed row can hold it.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.judge import recognise_file
from pipelines.intake.sidecar import Said
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

REAL = Path(__file__).parents[3] / "shared" / "real"
FILES = (
    "la_register/ees_country.csv",
    "la_register/ees_las.csv",
    "la_register/ees_regions.csv",
    "la_register/lad_code_changes_chd2023.csv",
    "la_register/lad_codes_dates_chd2023.csv",
    "la_register/ltla_to_utla_2019-04_ew.csv",
    "la_register/uk_local_authorities_current__v1.3.0.csv",
    "youth_justice/la_to_yjs_lookup_apr2019_DERIVED.csv",
    "youth_justice/yjb_2021-22_children_by_yjs.csv",
    "youth_justice/yjb_2021-22_offences_by_yjs.csv",
    "youth_justice/yjb_2021-22_outcomes_by_yjs.csv",
    "population/population_mid2019_utla19_single_year.csv",
    "population/population_mid2020_ltla20_single_year.csv",
    "neet_ni117/UD_NEETNK_LA_dashboard_2021_vg_removed.csv",
    "neet_ni117/UD_NEETNK_LA_dashboard_2022_final.csv",
    "deprivation/IoD2019_lad.csv",
    "looked_after_oc2/OC2_Final_V2__2010.csv",
    "looked_after_oc2/SFR32_2012_OC2_LA_Tables_UD.csv",
    "looked_after_oc2/SFR34_OC22015.csv",
    "looked_after_oc2/la_conviction_health_outcome_cla__release2022.csv",
    "statistical_neighbours/sn_april_2021.xlsx",
    "lait/lait_bds_long__2025-01-28.parquet",
    "lait/lait_bds_long__2025-02-04.parquet",
    "hmip/hmi_youth_justice_inspection_ratings__2025-02-14.csv",
    "fingertips/ut_data_extract_compare_england.json",
    "boundaries/uk-upper-tier-local-authorities.hexjson",
    "boundaries/wales-unitary-authorities.hexjson",
)


def expected_facts() -> list[tuple[str, str, str, str]]:
    """All rows of EXPECTED.csv; none where the folder is absent."""
    if not REAL.is_dir():
        return []
    with (REAL / "EXPECTED.csv").open(encoding="utf-8") as stream:
        return [(r["file"], r["selector"], r["field"], r["expected"]) for r in csv.DictReader(stream)]


@dataclass(frozen=True)
class Received:
    """One real file as it was received: all its rows as text, its landed rows and what was set aside."""

    frame: pl.DataFrame
    rows: pl.DataFrame
    quarantine: pl.DataFrame

    def one(self, **keys: object) -> dict[str, object]:
        """The one landed row with these keys."""
        (row,) = self.rows.filter(**keys).rows(named=True)
        return row

    def cells(self, text: str) -> int:
        """How many cells of the file hold exactly this text."""
        return self.frame.select(pl.sum_horizontal((pl.exclude("__row") == text).sum())).item()


@pytest.fixture(scope="module")
def received(real, tmp_path_factory):
    """Every real file that a dataset here reads, received in one warehouse."""
    workspace = Workspace(real, tmp_path_factory.mktemp("facts"))
    catalogue = load_catalogue()
    by_path = {outcome.path: outcome for outcome in receive([real / name for name in FILES], workspace, catalogue)}

    @cache
    def one(name: str) -> Received:
        outcome = by_path[real / name]
        shape = catalogue.datasets[outcome.source_id].shape
        landed = workspace.landed / shape / outcome.source_id / f"{outcome.delivery_id}.parquet"
        aside = workspace.landed / "quarantined_rows" / f"{outcome.delivery_id}.parquet"
        (recognised,) = recognise_file(real / name, Path(name).name, Said(), catalogue)
        return Received(
            pl.concat([piece.frame for table in recognised.tables() for piece in table]),
            pl.read_parquet(landed),
            pl.read_parquet(aside if aside.exists() else workspace.landed / "quarantined_rows" / "_empty.parquet"),
        )

    return one


FACTS = [fact for fact in expected_facts() if fact[0] in FILES]


@pytest.mark.parametrize(("name", "selector", "field", "expected"), FACTS)
def test_expected_fact(name, selector, field, expected, received, record_fact):
    record_fact(name, selector, field)
    topic = name.split("/")[0]
    found = {
        "neet_ni117": _participation,
        "lait": _lait,
        "youth_justice": _by_service,
        "population": _population,
        "hmip": _inspections,
        "la_register": _register,
        "fingertips": _fingertips,
        "deprivation": _deprivation,
        "looked_after_oc2": _looked_after,
        "statistical_neighbours": _neighbours,
        "boundaries": _hexagons,
    }[topic](received(name), selector, field)
    if isinstance(found, float | int):
        assert found == pytest.approx(float(expected), abs=1e-9)
    else:
        assert found == expected


def test_every_expected_fact_is_tested():
    if not REAL.is_dir():
        pytest.skip("shared/real is not beside the checkout")
    assert len(FACTS) == len(expected_facts())


def _hexagons(file: Received, selector: str, field: str) -> object:
    assert (selector, field) == ("*", "hexes")
    assert file.rows.select("column", "line").n_unique() == file.rows.height
    return file.rows.height


def _participation(file: Received, selector: str, field: str) -> object:
    accepted = file.frame.filter(
        ~pl.col("__row").is_in(file.quarantine.filter(pl.col("column").is_null())["row"].to_list())
    )
    if field == "rows":
        return file.frame.height
    if field == "rows after rejecting invented areas":
        return accepted.height
    if field == "real local authorities":
        return file.rows.filter(area_type="authority")["area_code"].n_unique()
    if match := re.fullmatch(r"cells (\w) \(.*\)", field):
        return accepted.select(pl.sum_horizontal((pl.exclude("__row") == match[1]).sum())).item()
    area, year = selector.rsplit(" ", 1)
    row = file.one(area_name_as_published=area, period_label=year, column=field)
    return row["value"]


def _lait(file: Received, selector: str, field: str) -> object:
    frame = file.frame
    if field == "rows":
        return frame.height
    if field == "measures":
        return frame["Short Desc"].n_unique()
    if field == "duplicate keys":
        return frame.select("Short Desc", "Years", "LA and Regions").is_duplicated().sum()
    if match := re.fullmatch(r"cells (\S+)", field):
        return frame.filter(pl.col("Values") == match[1]).height
    short, area, year = selector.split(" | ")
    published = frame.filter(
        (pl.col("Short Desc") == short) & (pl.col("LA and Regions") == area) & (pl.col("Years") == year)
    )
    row = file.one(row=published["__row"].item())
    assert (row["area_name_as_published"], row["period_label"]) == (area, year)
    if row["value"] is None:
        assert row["value_marker"] == "x"
        return published["Values"].item()
    return row["value"]


def _by_service(file: Received, selector: str, field: str) -> object:
    if field == "rows":
        return file.rows["area_code"].n_unique()
    rates = file.rows.filter(pl.col("column") == "YOT_Rate")
    if field.startswith("sum "):
        return rates["numerator" if field.endswith("Number") else "denominator"].sum()
    row = file.one(area_name_as_published=selector, column="YOT_Rate")
    return ";".join(_written(row[part]) for part in ("numerator", "denominator")) + f";{row['value']:.1f}"


def _population(file: Received, selector: str, field: str) -> object:
    if field == "rows":
        return file.rows.height
    rows = file.rows if selector == "*" else file.rows.filter(area_name_as_published=selector)
    return rows["value"].sum()


def _inspections(file: Received, selector: str, field: str) -> object:
    if field == "rows":
        return file.frame.height
    overall = file.rows.filter(indicator_id="inspection_overall_rating")
    unread = file.quarantine.filter(rule="category_unknown")
    if field == "unknown":
        return unread.height
    # A service no register knows is set aside with its rating; the rating itself is still read.
    aside = file.quarantine.filter(rule="service_unknown")["row"].to_list()
    ratings = file.frame.filter(pl.col("__row").is_in(aside))["overall_rating"].to_list()
    scale = {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
    return overall.filter(value=scale[field]).height + ratings.count(field)


def _register(file: Received, selector: str, field: str) -> object:
    frame = file.frame
    if field == "rows":
        return frame.height
    if field == "current":
        return frame.filter(pl.col("current-authority") == "True").height
    (row,) = frame.filter(pl.col("local-authority-code") == selector).rows(named=True)
    landed = file.one(area_code=row["gss-code"])
    assert str(landed["valid_to"]) == "2021-03-31"
    return ";".join(row[part] for part in field.split(";"))


def _fingertips(file: Received, selector: str, field: str) -> object:
    if field == "records":
        return file.frame.height
    area, indicator = selector.split(" | ")
    ids = {"First time entrants": "first_time_entrants_10_to_17_per_100k", "Under 18s": "conceptions_under_18_per_1000"}
    (indicator_id,) = [value for key, value in ids.items() if indicator.startswith(key)]
    row = file.one(area_name_as_published=area, indicator_id=indicator_id)
    published = file.frame.filter(pl.col("__row") == row["row"]).rows(named=True)[0]
    base = {"first_time_entrants_10_to_17_per_100k": 100_000.0, "conceptions_under_18_per_1000": 1_000.0}[indicator_id]
    _assert_limits(row, base, published)
    parts = [_written(row[part]) for part in ("numerator", "denominator", "value")]
    return ";".join([*parts, published["Lower_CI"], published["Upper_CI"]])


def _assert_limits(row: dict[str, object], base: float, published: dict[str, str]) -> None:
    """The published limits are reproduced from the published counts to 0.01."""
    from pipelines.statistics.intervals import limits_for

    limits = limits_for(
        pl.DataFrame(
            {
                "observation_id": [row["observation_id"]],
                "measure": ["rate"],
                "numerator": [row["numerator"]],
                "denominator": [row["denominator"]],
                "unit_base": [base],
            }
        )
    )
    assert limits["lower_95"].item() == pytest.approx(float(published["Lower_CI"]), abs=0.01)
    assert limits["upper_95"].item() == pytest.approx(float(published["Upper_CI"]), abs=0.01)


def _written(number: object) -> str:
    assert isinstance(number, float)
    return repr(number).removesuffix(".0")


def _deprivation(file: Received, selector: str, field: str) -> object:
    if field == "rows":
        return file.frame.height
    area, domain = selector.split()
    assert domain == "IDACI"
    return file.one(area_name_as_published=area, breakdown_id="income_affecting_children", column=field)["value"]


def _looked_after(file: Received, selector: str, field: str) -> object:
    if field in ("rows", "data rows"):
        return file.frame.height
    symbol = field.removeprefix("cells ")
    if selector == "*":
        return file.cells(symbol)
    return file.frame.filter(pl.col(selector) == symbol).height


def _neighbours(file: Received, selector: str, field: str) -> object:
    assert field == "neighbours in order"
    rows = file.rows.filter(dfe_code=selector.split()[1]).sort("rank")
    assert rows["rank"].to_list() == list(range(1, 11))
    return " ".join(rows["neighbour_dfe_code"])
