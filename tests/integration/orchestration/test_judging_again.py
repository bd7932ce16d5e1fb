"""A backfill of some periods: kept originals judged again, and not one byte of the rest touched."""

from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipelines import backfill
from pipelines.backfill import judge_again
from pipelines.intake.problems import FINDINGS
from pipelines.landing.hashes import known
from pipelines.ledger.store import Ledger
from pipelines.orchestration.partitions import Windows, days_of, windows
from pipelines.releases.fingerprint import file_sha256
from pipelines.sample.delivery import Extract, deliver
from pipelines.steps import receive_new
from sources.catalogue import load_catalogue
from tests.integration.orchestration.conftest import ENTRANTS

pytestmark = pytest.mark.integration

ONE_YEAR = [(date(2008, 4, 1), date(2009, 3, 31))]


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def received(environment):
    receive_new(environment, load_catalogue(), None, lambda _: None)
    return environment


@pytest.fixture
def other_rules(monkeypatch):
    """A day on which the same file is read otherwise: every count of the file doubles."""
    judged = backfill.judged

    def doubled(*arguments):
        judgement = judged(*arguments)
        for landed in judgement.landed:
            pieces = [piece.with_columns(pl.col("numerator") * 2) for piece in landed]
            object.__setattr__(landed, "pieces", pieces)
        return judgement

    monkeypatch.setattr(backfill, "judged", doubled)


def test_what_comes_out_as_it_did_is_not_landed_again(received):
    before = bytes_of(received.landed), Ledger(received.ledger).deliveries()
    (outcome,) = judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)
    assert outcome.delivery_id is None
    assert outcome.rows > 0
    assert bytes_of(received.landed) == before[0]
    assert Ledger(received.ledger).deliveries().equals(before[1])


def test_only_the_periods_asked_for_are_landed_and_the_rest_is_byte_for_byte_as_it_was(received, other_rules):
    landed, originals = bytes_of(received.landed), bytes_of(received.originals)
    (outcome,) = judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)
    after = bytes_of(received.landed)
    assert {name: after[name] for name in landed} == landed
    (file,) = {name for name in set(after) - set(landed) if not name.endswith(".sha256")}
    assert file == f"observations/{ENTRANTS}/{outcome.delivery_id}.parquet"
    assert bytes_of(received.originals) == originals
    rows = pl.read_parquet(received.landed / "observations" / ENTRANTS / f"{outcome.delivery_id}.parquet")
    assert rows.select("period_start", "period_end").unique().rows() == ONE_YEAR
    assert rows["numerator"].to_list() == [2 * count for count in counts_of(received, outcome.first_delivery_id)]


def counts_of(workspace, delivery_id):
    rows = pl.read_parquet(workspace.landed / "observations" / ENTRANTS / f"{delivery_id}.parquet")
    return rows.filter(pl.col("period_end") == ONE_YEAR[0][1])["numerator"].to_list()


def test_the_ledger_says_what_was_judged_again_and_balances(received, other_rules):
    (outcome,) = judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)
    line = Ledger(received.ledger).deliveries().filter(pl.col("delivery_id") == outcome.delivery_id).row(0, named=True)
    first = Ledger(received.ledger).deliveries().filter(pl.col("delivery_id") == outcome.first_delivery_id)
    assert line["reason"].startswith(f"{outcome.first_delivery_id} judged again for 2008-04-01 to 2009-03-31")
    assert line["cells_in"] == line["cells_landed"] + line["cells_quarantined"] + line["cells_out_of_scope"]
    assert (line["period_start"], line["period_end"]) == ONE_YEAR[0]
    # What the publisher said it says no later than it did, so a correction that came between stays the last word.
    assert line["published_at"] == first["recorded_at"].item()
    assert judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)[0].delivery_id is None


def test_where_nothing_would_land_today_what_stands_stays(received, monkeypatch):
    judged = backfill.judged

    def all_set_aside(*arguments):
        judgement = judged(*arguments)
        found = {"severity": "error", "rule": "value_not_numeric", "cells": 3}
        aside = pl.DataFrame([dict.fromkeys(FINDINGS) | found], schema=FINDINGS)
        return replace(judgement, landed=[], findings=aside)

    monkeypatch.setattr(backfill, "judged", all_set_aside)
    before = bytes_of(received.landed), Ledger(received.ledger).deliveries()
    (outcome,) = judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)
    assert (outcome.delivery_id, outcome.rows) == (None, 0)
    assert bytes_of(received.landed) == before[0]
    assert Ledger(received.ledger).deliveries().equals(before[1])


def test_a_correction_stays_the_last_word(received, extracts, other_rules):
    entrants = extracts["entrants"].frame
    corrected = entrants.with_columns(pl.lit("7").alias("first_time_entrants"))
    deliver(Extract("corrected", corrected), received.landing)
    receive_new(received, load_catalogue(), None, lambda _: None)
    outcomes = judge_again(received, load_catalogue(), ENTRANTS, ONE_YEAR)
    assert [outcome.first_delivery_id for outcome in outcomes] == sorted(o.first_delivery_id for o in outcomes)
    rows = pl.read_parquet(received.landed / "observations" / ENTRANTS / "D*.parquet")
    said = pl.struct(pl.coalesce("published_at", "recorded_at"), "recorded_at", "delivery_id")
    last = rows.filter(pl.col("period_end") == ONE_YEAR[0][1]).sort(said)["delivery_id"].last()
    assert last == outcomes[-1].delivery_id
    landed_again = received.landed / "observations" / ENTRANTS / f"{last}.parquet"
    assert known(landed_again) == file_sha256(landed_again)


def test_a_period_that_no_original_covers_judges_nothing(received):
    assert judge_again(received, load_catalogue(), ENTRANTS, [(date(1995, 4, 1), date(1996, 3, 31))]) == []


def test_a_range_of_partitions_is_one_run_that_says_which_periods_it_touched(received, definitions, other_rules):
    key = dg.AssetKey(["landed", ENTRANTS])
    with dg.DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=[key],
            tags={
                "dagster/asset_partition_range_start": "2008-04-01",
                "dagster/asset_partition_range_end": "2009-04-01",
            },
        )
        assert result.success
        touched = {record.partition_key for record in instance.fetch_materializations(key, limit=10).records}
    assert touched == {"2008-04-01", "2009-04-01"}
    rows = pl.read_parquet(received.landed / "observations" / ENTRANTS / "D*.parquet")
    ends = rows.filter(pl.col("delivery_id") == pl.col("delivery_id").max())["period_end"].unique().to_list()
    assert sorted(ends) == [date(2009, 3, 31), date(2010, 3, 31)]


def test_every_day_lies_in_one_window_and_windows_follow_each_other():
    for of in (Windows(12, 4), Windows(3, 1), Windows(12, 9), Windows(12, 1)):
        keys = of.definition().get_partition_keys()
        assert keys == sorted(keys)
        for key, after in pairwise(keys):
            assert of.key_of(date.fromisoformat(key)) == of.key_of(of.last_day(key)) == key
            assert of.last_day(key) < date.fromisoformat(after)
        assert len(days_of(keys, of)) == 1
    assert days_of(["2020-04-01", "2022-04-01"], Windows(12, 4)) == [
        (date(2020, 4, 1), date(2021, 3, 31)),
        (date(2022, 4, 1), date(2023, 3, 31)),
    ]


def test_a_dataset_of_financial_years_has_a_window_a_year_and_a_register_none():
    catalogue = load_catalogue()
    assert windows(catalogue.datasets[ENTRANTS], catalogue) == Windows(12, 4)
    assert windows(catalogue.datasets["yjb__kpi_2_ete"], catalogue) == Windows(3, 1)
    assert windows(catalogue.datasets["dovetail__service_register"], catalogue) is None
