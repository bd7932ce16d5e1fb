"""The register of structural models: the shares of the 2024 report, and every trouble the ledger must show."""

from collections import Counter
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import pipelines.sample
from pipelines.sample.country import found_country
from sources.catalogue import load_catalogue


@pytest.fixture
def claims(table):
    return table("structure_register.csv")


@pytest.fixture
def plans(claims):
    """What the 2023/24 plans say: one claim a service."""
    plan = pl.col("source").str.starts_with("Youth justice plan 2023/24")
    return claims.filter((pl.col("typology") == "yjb_2024") & plan)


def test_155_plans_of_which_142_are_used(plans):
    services = found_country().services_on(date(2023, 12, 31))
    assert (len(services), plans.height, plans["service"].n_unique()) == (155, 142, 142)
    assert set(plans["service"]) <= {service.name for service in services}
    assert Counter(plans["model"]) == {
        "directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24, "unassigned": 13,
    }  # fmt: skip


def test_13_services_have_no_evidence_at_all(claims):
    country = found_country()
    known = set(claims.filter(pl.col("typology") == "yjb_2024")["service"])
    without = [service.nation for service in country.services_on(date(2023, 12, 31)) if service.name not in known]
    assert Counter(without) == {"England": 11, "Wales": 2}


def test_models_tenures_and_precisions_are_those_of_the_vocabulary(claims):
    typologies = load_catalogue().typologies
    for typology, model in claims.select("typology", "model").unique().iter_rows():
        assert model in {m.id for m in typologies[typology].models}
    assert set(claims["tenure"]) == {"in_force", "interim", "planned", "ended"}
    assert set(claims["from_precision"]) == {"day", "month", "year"}
    assert set(claims["to_precision"]) == {"day", "open"}


def test_services_that_change_model_in_2024_have_both_claims(claims, plans):
    of_2024 = pl.col("valid_from").str.starts_with("2024") & (pl.col("tenure") == "in_force")
    new = claims.filter((pl.col("typology") == "yjb_2024") & of_2024)
    assert Counter(new["from_precision"]) == {"day": 3, "month": 1, "year": 1}
    both = new.join(plans, on="service", suffix="_plan")
    assert both.height == new.height
    assert (both["model"] != both["model_plan"]).all()
    assert (both["valid_from"] > both["source_date_plan"]).all()


def test_some_are_interim_some_only_planned_one_is_disputed(claims, plans):
    assert Counter(plans["tenure"]) == {"in_force": 138, "interim": 2, "planned": 2}
    only_planned = set(plans.filter(pl.col("tenure") == "planned")["service"])
    others = claims.filter((pl.col("typology") == "yjb_2024") & pl.col("service").is_in(list(only_planned)))
    assert set(others["tenure"]) == {"planned"}
    inspection = claims.filter(pl.col("source").str.starts_with("Inspection report"))
    (pair,) = inspection.join(plans, on="service", suffix="_plan").to_dicts()
    assert pair["valid_from"] == pair["valid_from_plan"] < min(pair["source_date"], pair["source_date_plan"])
    assert pair["model"] != pair["model_plan"]


def test_only_two_services_rest_on_evidence_that_is_stale_for_the_last_quarter(claims):
    last_window_ends = date(2025, 3, 31)
    newest = claims.filter(pl.col("typology") == "yjb_2024").group_by("service").agg(pl.col("source_date").max())
    ages = newest.with_columns(days=(pl.lit(last_window_ends) - pl.col("source_date").str.to_date()).dt.total_days())
    assert ages.filter(pl.col("days") > 18 * 30.5).height == 2
    assert ages.filter(pl.col("days") > 36 * 30.5).height == 1


def test_fielder_2007_covers_english_services_with_three_models_of_ten_or_more(claims):
    survey = claims.filter(pl.col("typology") == "fielder_2007")
    first_claims = survey.filter(pl.col("valid_from") < "2007-01-01")
    services = {service.name for service in found_country().services_on(date(2007, 4, 1), "England")}
    assert set(survey["service"]) <= services
    assert (len(services), survey["service"].n_unique()) == (138, 131)
    in_force = Counter(first_claims.filter(pl.col("tenure") == "in_force")["model"])
    assert sum(count >= 10 for model, count in in_force.items() if model != "unassigned") >= 3
    assert set(survey["tenure"]) == {"in_force", "interim", "planned"}


def test_nothing_that_makes_numbers_knows_the_models():
    folder = Path(pipelines.sample.__file__).parent
    makers = [path for path in folder.glob("*.py") if path.stem not in ("extracts", "structures")]
    assert len(makers) > 8
    assert not [path.name for path in makers if "sample.structures" in path.read_text(encoding="utf-8")]
