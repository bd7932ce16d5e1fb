"""The ten KPI templates over eight quarters as they are delivered: what is missing, late, corrected or broken.

One file a KPI and financial year. Every quarter two services return nothing; one service's KPI 3 for 2023Q3 comes
late and alone; KPI 1 of 2024Q2 is corrected for four services; one cell of KPI 6 holds a word; some services leave
cells empty in KPI 7 and 8; one code in KPI 5 carries a space, as real ones do (domain.md 2.4 k).
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

import pipelines.sample.kpi_templates as t
from pipelines.sample import kpi_counts
from pipelines.sample.country import Country
from pipelines.sample.delivery import Extract
from pipelines.sample.population import Population

QUARTERS = tuple(date(2023 + (3 + 3 * q) // 12, (3 + 3 * q) % 12 + 1, 1) for q in range(8))
_PUBLISHED = {2023: date(2024, 7, 31), 2024: date(2025, 7, 31)}
_LATE = date(2024, 11, 15)
_CORRECTED = date(2025, 11, 28)

LATE_QUARTER, CORRECTED_QUARTER, BROKEN_QUARTER, BLANK_QUARTER = QUARTERS[2], QUARTERS[5], QUARTERS[6], QUARTERS[4]
LATE, CORRECTED, BLANK = (29,), (11, 40, 77, 103), (21, 58)
_BROKEN, _SPACED = 64, 8
BROKEN_CELL = "three"

_TEMPLATES = (
    ("kpi_01_accommodation", kpi_counts.accommodation),
    ("kpi_02_ete", kpi_counts.education),
    ("kpi_03_send_aln", kpi_counts.special_needs),
    ("kpi_04_mental_health", kpi_counts.mental_health),
    ("kpi_05_substance_misuse", kpi_counts.substance_misuse),
    ("kpi_06_out_of_court", kpi_counts.out_of_court),
    ("kpi_07_wider_services", kpi_counts.wider_services),
    ("kpi_08_management_board", kpi_counts.board),
    ("kpi_09_serious_violence", kpi_counts.serious_violence),
    ("kpi_10_victims", kpi_counts.victims),
)


def kpi_extracts(country: Country, population: Population, seed: int) -> Iterator[Extract]:
    """Every KPI file, the yearly ones first, then the late one and the correction."""
    services = country.services_on(QUARTERS[0])
    codes = [service.code for service in services]
    people = np.array([population.of_service(country, s, QUARTERS[0]) for s in services])
    missing = _missing(codes, np.random.default_rng([seed, 30]))
    returns = kpi_counts.make_returns(_returned(codes), people, len(QUARTERS), np.random.default_rng([seed, 31]))
    late = pl.col("reporting_date").eq(LATE_QUARTER.isoformat()) & pl.col("yot_code").is_in([codes[n] for n in LATE])
    extras = []
    for number, (name, count) in enumerate(_TEMPLATES, start=1):
        whole = count(returns, np.random.default_rng([seed, 31, number])).join(
            missing, on=["reporting_date", "yot_code"], how="anti", maintain_order="left"
        )
        if number == 1:
            extras.append(_correction(name, returns, codes, seed))
        if number == 3:
            extras.append(Extract(f"{name}_2023Q3_late", whole.filter(late), published=_LATE))
            whole = whole.filter(~late)
        whole = _defects(number, whole, codes)
        for first_year in (2023, 2024):
            year = whole.filter(_in_financial_year(first_year))
            if number == 6 and first_year == 2024:
                year = _word_for_number(year, codes)
            yield Extract(f"{name}_{first_year}-{first_year % 100 + 1}", year, published=_PUBLISHED[first_year])
    yield from extras


def _returned(codes: list[str]) -> pl.DataFrame:
    """One return a service and quarter, numbered."""
    return pl.DataFrame(
        {
            "return_status_id": [100_000 + 200 * q + s for s in range(len(codes)) for q in range(len(QUARTERS))],
            "reporting_date": [quarter.isoformat() for _ in codes for quarter in QUARTERS],
            "yot_code": [code for code in codes for _ in QUARTERS],
        }
    )


def _missing(codes: list[str], rng: np.random.Generator) -> pl.DataFrame:
    """Two services each quarter that return nothing at all; never one that the late or corrected file names."""
    named = {*LATE, *CORRECTED, *BLANK, _BROKEN, _SPACED}
    free = [code for place, code in enumerate(codes) if place not in named]
    absent = rng.permutation(len(free))[: 2 * len(QUARTERS)]
    return pl.DataFrame(
        {
            "reporting_date": [quarter.isoformat() for quarter in QUARTERS for _ in range(2)],
            "yot_code": [free[place] for place in absent],
        }
    )


def _correction(name: str, returns: kpi_counts.Returns, codes: list[str], seed: int) -> Extract:
    """Four services and a quarter counted again, with orders that the first return had left out."""
    rng = np.random.default_rng([seed, 32])
    again = replace(returns, ended=returns.ended + rng.poisson(1.2, returns.ended.shape))
    recounted = kpi_counts.accommodation(again, np.random.default_rng([seed, 31, 1]))
    chosen = pl.col("yot_code").is_in([codes[place] for place in CORRECTED])
    quarter = pl.col("reporting_date").eq(CORRECTED_QUARTER.isoformat())
    return Extract(f"{name}_2024Q2_corrected", recounted.filter(chosen & quarter), published=_CORRECTED)


def _in_financial_year(first_year: int) -> pl.Expr:
    return pl.col("reporting_date").is_between(pl.lit(f"{first_year}-04-01"), pl.lit(f"{first_year + 1}-03-31"))


def _defects(number: int, whole: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """Cells that services left empty, and a code with a space behind it."""
    blank = pl.col("reporting_date").eq(BLANK_QUARTER.isoformat()) & pl.col("yot_code").is_in([codes[n] for n in BLANK])
    if number == 5:
        spaced = pl.when(pl.col("yot_code") == codes[_SPACED]).then(pl.lit(f"{codes[_SPACED]} "))
        return whole.with_columns(yot_code=spaced.otherwise(pl.col("yot_code")))
    if number == 7:
        first_status = blank & (pl.col("description") == t.WIDER_STATUSES[0])
        return whole.with_columns(pl.when(~first_status).then(pl.col("yro_end")))
    if number == 8:
        senior = blank & (pl.col("description") == t.BOARD_SENIOR)
        return whole.with_columns(pl.when(~senior).then(pl.col("senior_d_attended")))
    return whole


def _word_for_number(year: pl.DataFrame, codes: list[str]) -> pl.DataFrame:
    """A word where a number belongs: the row is set aside when it is loaded, and nothing else is lost."""
    broken = (
        pl.col("reporting_date").eq(BROKEN_QUARTER.isoformat())
        & pl.col("yot_code").eq(codes[_BROKEN])
        & pl.col("description").eq(t.DISPOSAL_COMPLETED)
    )
    column = pl.col("community_resolution").cast(pl.String)
    return year.with_columns(pl.when(broken).then(pl.lit(BROKEN_CELL)).otherwise(column).alias("community_resolution"))
