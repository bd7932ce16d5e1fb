"""A small fictional country in a landing folder, and Dagster's definitions."""

from pathlib import Path

import pytest

from pipelines.sample import psa14, registers
from pipelines.sample.country import found_country
from pipelines.sample.delivery import Extract, deliver
from pipelines.sample.population import settle
from pipelines.sample.structures import structure_register
from pipelines.workspace import Workspace

CODES = ("FE0000001", "FE0000002", "FE0000003")
ENTRANTS = "dcsf__ni_111_first_time_entrants"
SEED = 2024


@pytest.fixture(scope="session")
def definitions():
    from pipelines.definitions import defs

    return defs


@pytest.fixture(scope="session")
def extracts():
    """Extracts of three services: their registers and the entrants of four years."""
    import polars as pl

    country = found_country()
    names = [country.authority(code).name for code in CODES]
    entrants = psa14.first_time_entrants(country, settle(country, SEED), SEED)
    return {
        extract.name: extract
        for extract in (
            Extract("countries", registers.countries()),
            Extract("regions", registers.regions(country)),
            Extract("dfe", registers.dfe_authorities(country).filter(pl.col("new_la_code").is_in(CODES))),
            Extract("areas", registers.authority_register(country).filter(pl.col("gss-code").is_in(CODES))),
            Extract("services", registers.service_register(country).filter(pl.col("authority_code").is_in(CODES))),
            Extract("structures", structure_register(country, SEED).filter(pl.col("service").is_in(names))),
            Extract("entrants", entrants.filter(pl.col("new_la_code").is_in(CODES))),
        )
    }


@pytest.fixture
def workspace(tmp_path: Path, extracts) -> Workspace:
    """A workspace whose landing folder holds every extract."""
    landing = tmp_path / "landing"
    landing.mkdir()
    for extract in extracts.values():
        deliver(extract, landing)
    return Workspace(landing, tmp_path / "warehouse")


@pytest.fixture
def environment(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The workspace as the environment's own, as `dovetail dev` sets it."""
    monkeypatch.setenv("DOVETAIL_LANDING", str(workspace.landing))
    monkeypatch.setenv("DOVETAIL_WAREHOUSE", str(workspace.warehouse))
    return workspace
