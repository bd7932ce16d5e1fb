"""All files of the sample, in the order in which a user would load them: what exists first, then the figures."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipelines.sample import outcomes, psa14, registers
from pipelines.sample.country import Country, found_country
from pipelines.sample.delivery import Extract, deliver
from pipelines.sample.kpis import kpi_extracts
from pipelines.sample.population import settle, single_years
from pipelines.sample.readme import README
from pipelines.sample.structures import structure_register


def write(directory: Path, seed: int = 2024) -> list[Path]:
    """Write the fictional extracts into `directory`, which is made where it is missing.

    The same seed gives the same bytes; nothing depends on the day, the machine or what the directory holds.

    Args:
        directory: Where the files go. Files of the same names are overwritten.
        seed: Changes every number and who has which structural model. The country stays the same.

    Returns:
        Every file written, in the order in which they should be loaded.
    """
    directory.mkdir(parents=True, exist_ok=True)
    readme = directory / "README.md"
    readme.write_text(README, encoding="utf-8")
    return [readme, *(path for extract in _extracts(seed) for path in deliver(extract, directory))]


def _extracts(seed: int) -> Iterator[Extract]:
    country = found_country()
    yield from registers_of(country, seed)
    population = settle(country, seed)
    yield Extract("population_mid_2022", single_years(country, population, 2022, seed), is_titled=True)
    yield Extract("population_mid_2023", single_years(country, population, 2023, seed), "xlsx", is_titled=True)
    tellus3, tellus4 = (psa14.tellus(country, population, seed, number) for number in (3, 4))
    yield Extract("tellus3_ni_110_ni_115", tellus3, "xlsx", published=date(2008, 11, 20))
    yield Extract("tellus4_ni_110_ni_115", tellus4, published=date(2010, 2, 25))
    entrants = psa14.first_time_entrants(country, population, seed)
    yield Extract("ni_111_first_time_entrants", entrants, published=date(2011, 11, 24))
    yield Extract("ni_112_conceptions", psa14.conceptions(country, population, seed), published=date(2012, 2, 28))
    yield Extract("ni_117_neet", psa14.neet(country, population, seed), "xlsx", published=date(2011, 5, 26))
    by_service = outcomes.first_time_entrants(country, population, seed)
    yield Extract("first_time_entrants_by_service", by_service, "xlsx", published=date(2025, 5, 29))
    yield Extract("reoffending_by_service", outcomes.reoffending(country, population, seed), "json")
    yield Extract("custody_by_service", outcomes.custody(country, population, seed), "ods")
    yield from kpi_extracts(country, population, seed)


def registers_of(country: Country, seed: int) -> Iterator[Extract]:
    """What exists: areas, authorities, services and what is said of their structures."""
    yield Extract("countries", registers.countries())
    yield Extract("regions", registers.regions(country))
    yield Extract("local_authorities_dfe", registers.dfe_authorities(country))
    yield Extract("local_authorities_register", registers.authority_register(country))
    yield Extract("service_register", registers.service_register(country))
    yield Extract("structure_register", structure_register(country, seed))
