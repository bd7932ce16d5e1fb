"""A landing folder that builds in seconds: three invented services, their registers, one indicator over a few years.

What belongs here: the files of a first and of a later delivery. What does not: what is done to them (see the tests).
"""

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.sample import psa14, registers
from pipelines.sample.country import found_country
from pipelines.sample.delivery import Extract, deliver
from pipelines.sample.population import settle
from pipelines.sample.structures import structure_register

CODES = ("FE0000001", "FE0000002", "FE0000003")
SEED = 2024
DELIVERED = 1_770_000_000
ENTRANTS = "FICTIONAL_ni_111_first_time_entrants.csv"


def deliver_first(landing: Path) -> list[Path]:
    """The registers and the entrants of every year: what a first build is made of."""
    landing.mkdir(parents=True, exist_ok=True)
    country = found_country()
    names = [country.authority(code).name for code in CODES]
    extracts = [
        Extract("countries", registers.countries()),
        Extract("regions", registers.regions(country)),
        Extract("local_authorities_dfe", _of(registers.dfe_authorities(country), "new_la_code", CODES)),
        Extract("local_authorities_register", _of(registers.authority_register(country), "gss-code", CODES)),
        Extract("service_register", _of(registers.service_register(country), "authority_code", CODES)),
        Extract("structure_register", _of(structure_register(country, SEED), "service", names)),
        Extract("ni_111_first_time_entrants", entrants(), published=date(2011, 11, 24)),
    ]
    return _settled(path for extract in extracts for path in deliver(extract, landing))


def deliver_correction(landing: Path, number: int) -> list[Path]:
    """The entrants once more, published `number` years later, with one more entrant for each: every correction differs.

    `number` counts from 1.
    """
    people = pl.col("population_10_to_17").cast(pl.Float64)
    counted = pl.col("first_time_entrants").cast(pl.Int64) + number
    corrected = entrants().with_columns(
        counted.cast(pl.String).alias("first_time_entrants"),
        (counted / people * 100_000).round(1).cast(pl.String).alias("first_time_entrants_per_100000"),
    )
    extract = Extract(f"ni_111_corrected_{number}", corrected, published=date(2011 + number, 11, 24))
    return _settled(deliver(extract, landing))


def entrants() -> pl.DataFrame:
    """First-time entrants of the three authorities, in the layout of the source."""
    country = found_country()
    return _of(psa14.first_time_entrants(country, settle(country, SEED), SEED), "new_la_code", CODES)


def _settled(paths: Iterable[Path]) -> list[Path]:
    """As they would be some minutes after they were delivered: a build does not have to look twice."""
    settled = list(paths)
    for path in settled:
        os.utime(path, (DELIVERED, DELIVERED))
    return settled


def _of(frame: pl.DataFrame, column: str, kept: tuple[str, ...] | list[str]) -> pl.DataFrame:
    return frame.filter(pl.col(column).is_in(kept))
