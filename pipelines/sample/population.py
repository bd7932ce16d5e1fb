"""Children aged 10 to 17 in each authority, year by year, and the single-year-of-age extract made from them.

Sizes follow methods.md 2.4: log-normal with a standard deviation of 0.6 about a median of some 25,000.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from pipelines.sample.country import Authority, Country, Service

FIRST_YEAR, LAST_YEAR = 2006, 2025
_MEDIAN, _SPREAD = 25_000, 0.6
_TINY, _TINY_MEMBER = 1_300.0, 350.0
_SHARED = 0.6
_AGES = (*(str(age) for age in range(90)), "90+")


@dataclass(frozen=True)
class Population:
    """Residents aged 10 to 17 at mid-year by authority and year."""

    by_authority: dict[str, dict[int, int]]

    def of(self, authorities: list[Authority], year: int) -> int:
        """Residents aged 10 to 17 of these authorities together."""
        return sum(self.by_authority[authority.code][year] for authority in authorities)

    def of_service(self, country: Country, service: Service, on: date) -> int:
        """Residents aged 10 to 17 of a service's authorities, at the mid-year of the day."""
        return self.of(country.members_on(service, on), on.year)


def settle(country: Country, seed: int) -> Population:
    """Give every authority its children. A recoded authority keeps its predecessor's; a split shares them out."""
    rng = np.random.default_rng([seed, 1])
    drawn = _MEDIAN * np.exp(rng.normal(0, _SPREAD, len(country.authorities)))
    growth = rng.normal(0.002, 0.004, len(country.authorities))
    shared = {code for service in country.services if len(service.members) > 1 for code in service.members}
    base: dict[str, tuple[float, float]] = {}
    for authority, size, rate in zip(country.authorities, drawn, growth, strict=True):
        is_member = authority.code in shared
        if authority.is_tiny:
            size = _TINY_MEMBER if is_member else _TINY
        elif is_member:
            size *= _SHARED
        base[authority.code] = (size, rate)
    for authority in country.authorities:
        for code, share in zip(authority.successors, _shares(len(authority.successors)), strict=True):
            size, rate = base[authority.code]
            base[code] = (size * share, rate)
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    return Population(
        {code: {y: round(size * (1 + rate) ** (y - 2015)) for y in years} for code, (size, rate) in base.items()}
    )


def _shares(successors: int) -> tuple[float, ...]:
    return {0: (), 1: (1.0,), 2: (0.55, 0.45)}[successors]


def single_years(country: Country, population: Population, year: int, seed: int) -> pl.DataFrame:
    """The single-year-of-age layout for authorities in force at mid-year; ages 10 to 17 add up to the population."""
    rng = np.random.default_rng([seed, 2, year])
    authorities = country.authorities_on(date(year, 6, 30))
    eights = np.array([population.by_authority[a.code][year] for a in authorities])
    ages = np.rint(eights[:, None] / 8 * _shape()[None, :] * rng.normal(1, 0.02, (len(authorities), len(_AGES))))
    ages[:, 10:18] = np.array([rng.multinomial(total, [1 / 8] * 8) for total in eights])
    counts = ages.astype(int)
    short = f"{year % 100:02d}"
    return pl.DataFrame(
        {
            f"utla{short}_code": [a.code for a in authorities],
            f"utla{short}_name": [a.name for a in authorities],
            "total_population": counts.sum(axis=1),
            **{age: counts[:, place] for place, age in enumerate(_AGES)},
        }
    )


def _shape() -> np.ndarray:
    """How many people of each age live for one of the ages 10 to 17."""
    age = np.arange(len(_AGES))
    shape = np.where(age < 60, 1.05, np.maximum(0.1, 1.05 - (age - 60) * 0.031))
    shape[-1] = 0.6
    return shape
