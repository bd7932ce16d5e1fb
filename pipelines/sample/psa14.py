"""The five National Indicators of PSA 14, England, in the tidy layout of explore education statistics.

No real extract was found (domain.md 1.8), so column names of the figures are our own.
"""

from collections.abc import Callable
from datetime import date

import numpy as np
import polars as pl

from pipelines.sample.country import COUNTRY_CODE, COUNTRY_NAME, ENGLAND, Authority, Country
from pipelines.sample.names import FICTIONAL
from pipelines.sample.population import Population

_SMALL = 5
_Figures = dict[str, object]


def tellus(country: Country, population: Population, seed: int, survey_round: int) -> pl.DataFrame:
    """NI 110 and NI 115 of one survey round. Some authorities took no part; the others publish weighted shares."""
    year = {3: 2008, 4: 2009}[survey_round]
    rng = np.random.default_rng([seed, 10, survey_round])
    authorities = country.authorities_on(date(year, 9, 30), ENGLAND)
    activities = rng.normal({3: 69.5, 4: 65.8}[survey_round], 4.5, len(authorities))
    misuse = np.clip(rng.normal({3: 10.9, 4: 9.8}[survey_round], 2.4, len(authorities)), 3.0, 20.0)
    absent = set(rng.permutation(len(authorities))[:6].tolist())
    column = f"tellus{survey_round}"
    rows = []
    for place, authority in enumerate(authorities):
        pupils = round(population.by_authority[authority.code][year] / 8 * rng.uniform(0.25, 0.5))
        took_part = place not in absent
        rows.append(
            _row(country, authority, str(year), "Reporting year")
            | {
                f"ni110_{column}_percent": _one(activities[place]) if took_part else "x",
                f"ni110_{column}_respondents": str(pupils) if took_part else "x",
                f"ni115_{column}_percent": _one(misuse[place]) if took_part else "x",
                f"ni115_{column}_respondents": str(pupils * 3) if took_part else "x",
                "note": FICTIONAL,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def first_time_entrants(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """NI 111: financial years 2007-08 to 2010-11, number, population and rate per 100,000."""
    rng = np.random.default_rng([seed, 11])
    rates = _rates(rng, country, 1_500, 0.30)

    def count(authority: Authority, year: int) -> tuple[int, int]:
        base = population.by_authority[authority.code][year]
        return int(rng.poisson(base * rates[authority.code] * 0.84 ** (year - 2007) / 1e5)), base

    columns = ("first_time_entrants", "population_10_to_17", "first_time_entrants_per_100000")
    labels = {year: f"{year}{(year + 1) % 100:02d}" for year in range(2007, 2011)}
    return _counted(country, count, labels, "Financial year", columns, 100_000)


def conceptions(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """NI 112: calendar years 2007 to 2010, conceptions, females aged 15 to 17 and rate per 1,000."""
    rng = np.random.default_rng([seed, 12])
    rates = _rates(rng, country, 40, 0.28)

    def count(authority: Authority, year: int) -> tuple[int, int]:
        base = round(population.by_authority[authority.code][year] * 3 / 16)
        return int(rng.poisson(base * rates[authority.code] * 0.96 ** (year - 2007) / 1e3)), base

    columns = ("conceptions_under_18", "females_15_to_17", "conceptions_per_1000")
    return _counted(country, count, {y: str(y) for y in range(2007, 2011)}, "Calendar year", columns, 1_000)


def neet(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """NI 117: averages of November to January, 2007 to 2010. In a few authorities activity not known dominates."""
    rng = np.random.default_rng([seed, 13])
    rates = {code: value / 100 for code, value in _rates(rng, country, 6.6, 0.25).items()}
    unknown = {a.code: min(0.35, 0.038 * float(np.exp(rng.normal(0, 0.55)))) for a in country.authorities}
    figures: dict[tuple[str, int], tuple[int, float, float]] = {}

    def measure(authorities: list[Authority], year: int) -> _Figures:
        for authority in authorities:
            if (authority.code, year) not in figures:
                cohort = round(population.by_authority[authority.code][year] * 3 / 8)
                not_known = float(np.clip(unknown[authority.code] * rng.uniform(0.8, 1.25), 0, 0.5))
                is_neet = float(rng.binomial(cohort, rates[authority.code] * 0.97 ** (year - 2007)))
                figures[authority.code, year] = (cohort, is_neet, not_known * cohort)
        cohort, is_neet, not_known = (
            sum(part) for part in zip(*(figures[a.code, year] for a in authorities), strict=True)
        )
        return {
            "ni117_cohort_16_to_18": str(cohort),
            "ni117_neet_adjusted_percent": _one(100 * is_neet / cohort),
            "ni117_not_known_percent": _one(100 * not_known / cohort),
        }

    return _tidy(country, measure, {y: str(y) for y in range(2007, 2011)}, "Calendar year")


def _rates(rng: np.random.Generator, country: Country, median: float, spread: float) -> dict[str, float]:
    """One underlying rate an authority, log-normal about the median."""
    drawn = median * np.exp(rng.normal(0, spread, len(country.authorities)))
    return {authority.code: float(rate) for authority, rate in zip(country.authorities, drawn, strict=True)}


def _counted(
    country: Country,
    count: Callable[[Authority, int], tuple[int, int]],
    labels: dict[int, str],
    identifier: str,
    columns: tuple[str, str, str],
    base: int,
) -> pl.DataFrame:
    """Count, population and rate of each area; a small count is suppressed with its rate."""
    known: dict[tuple[str, int], tuple[int, int]] = {}

    def measure(authorities: list[Authority], year: int) -> _Figures:
        for authority in authorities:
            if (authority.code, year) not in known:
                known[authority.code, year] = count(authority, year)
        events, people = (sum(part) for part in zip(*(known[a.code, year] for a in authorities), strict=True))
        is_small = 0 < events < _SMALL
        cells = ("c" if is_small else str(events), str(people), "c" if is_small else _one(base * events / people))
        return dict(zip(columns, cells, strict=True))

    return _tidy(country, measure, labels, identifier)


def _tidy(
    country: Country, measure: Callable[[list[Authority], int], _Figures], labels: dict[int, str], identifier: str
) -> pl.DataFrame:
    """Authorities of each period, then their regions and the country."""
    rows = []
    for year, label in labels.items():
        authorities = country.authorities_on(date(year, 4, 1), ENGLAND)
        for authority in authorities:
            rows.append(_row(country, authority, label, identifier) | measure([authority], year) | {"note": FICTIONAL})
        for number, (code, name) in enumerate(country.regions):
            inside = [a for a in authorities if a.region == number]
            above = _above(label, identifier, "Regional", code, name)
            rows.append(above | measure(inside, year) | {"note": FICTIONAL})
        rows.append(
            _above(label, identifier, "National", None, None) | measure(authorities, year) | {"note": FICTIONAL}
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _row(country: Country, authority: Authority, label: str, identifier: str) -> _Figures:
    region_code, region_name = country.regions[authority.region or 0]
    return {
        **_above(label, identifier, "Local authority", region_code, region_name),
        "old_la_code": authority.dfe_code,
        "new_la_code": authority.code,
        "la_name": authority.name,
    }


def _above(label: str, identifier: str, level: str, region_code: str | None, region_name: str | None) -> _Figures:
    return {
        "time_period": label,
        "time_identifier": identifier,
        "geographic_level": level,
        "country_code": COUNTRY_CODE,
        "country_name": COUNTRY_NAME,
        "region_code": region_code,
        "region_name": region_name,
        "old_la_code": None,
        "new_la_code": None,
        "la_name": None,
    }


def _one(value: float) -> str:
    return f"{value:.1f}"
