"""The older youth justice indicators by service: first-time entrants, reoffending in three-month cohorts, custody.

Spread between services follows methods.md 2.4: first-time entrants with a median of 136 and a standard deviation of
some 53 per 100,000, chance included. No published layout by service was found, so these layouts are our own.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.sample.country import Country, Service
from pipelines.sample.names import FICTIONAL
from pipelines.sample.population import Population

_SMALL = 5


def first_time_entrants(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """Calendar years 2021 to 2024; services in force at the end of each year. Counts under five are suppressed."""
    rng = np.random.default_rng([seed, 20])
    rates = _spread(rng, country, 136, 0.29)
    rows = []
    for year in range(2021, 2025):
        on = date(year, 12, 31)
        for service in country.services_on(on):
            people = population.of_service(country, service, on)
            entrants = int(rng.poisson(people * rates[service.code] * 0.99 ** (year - 2021) / 1e5))
            is_small = 0 < entrants < _SMALL
            rows.append(
                {
                    "time_period": str(year),
                    "time_identifier": "Calendar year",
                    "yjs_name": service.name,
                    "yot_code": service.code,
                    "population_10_to_17": people,
                    "first_time_entrants": "c" if is_small else entrants,
                    "first_time_entrants_per_100000": "c" if is_small else round(1e5 * entrants / people, 1),
                    "note": FICTIONAL,
                }
            )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(_FTE_CELLS, pl.Object), infer_schema_length=None)


_FTE_CELLS = ("first_time_entrants", "first_time_entrants_per_100000")


def reoffending(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """Cohorts of three months, January 2021 to December 2022: children, reoffenders, reoffences, share and ratio.

    A cohort without a child has no share, and one without a reoffender no ratio: not applicable.
    """
    rng = np.random.default_rng([seed, 21])
    sizes = _spread(rng, country, 0.0011, 0.3)
    shares = {s.code: float(np.clip(rng.normal(0.32, 0.06), 0.12, 0.55)) for s in country.services}
    rows = []
    for first in [date(2021 + q // 4, 3 * (q % 4) + 1, 1) for q in range(8)]:
        last = (first + timedelta(days=92)).replace(day=1) - timedelta(days=1)
        for service in country.services_on(last):
            children = int(rng.poisson(population.of_service(country, service, last) * sizes[service.code]))
            again = int(rng.binomial(children, shares[service.code]))
            offences = again + int(rng.poisson(again * 2.6))
            rows.append(
                {
                    "cohort_start": first.isoformat(),
                    "yjs_name": service.name,
                    "yot_code": service.code,
                    "cohort_children": children,
                    "reoffenders": again,
                    "reoffences": offences,
                    "reoffending_percent": f"{100 * again / children:.1f}" if children else "z",
                    "reoffences_per_reoffender": f"{offences / again:.2f}" if again else "z",
                    "note": FICTIONAL,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def custody(country: Country, population: Population, seed: int) -> pl.DataFrame:
    """Financial years 2021-22 to 2024-25; services in force at the end of each year; rate per 1,000."""
    rng = np.random.default_rng([seed, 22])
    rates = _spread(rng, country, 0.11, 0.45)
    rows = []
    for year in range(2021, 2025):
        on = date(year + 1, 3, 31)
        for service in country.services_on(on):
            people = population.of_service(country, service, on)
            sentences = int(rng.poisson(people * rates[service.code] / 1e3))
            rows.append(
                {
                    "financial_year": f"{year}-{(year + 1) % 100:02d}",
                    "yjs_name": service.name,
                    "yot_code": service.code,
                    "population_10_to_17": people,
                    "custodial_sentences": sentences,
                    "custodial_sentences_per_1000": round(1e3 * sentences / people, 3),
                    "note": FICTIONAL,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)


def _spread(rng: np.random.Generator, country: Country, median: float, spread: float) -> dict[str, float]:
    """One underlying rate a service, log-normal about the median."""
    services: tuple[Service, ...] = country.services
    drawn = median * np.exp(rng.normal(0, spread, len(services)))
    return {service.code: float(rate) for service, rate in zip(services, drawn, strict=True)}
