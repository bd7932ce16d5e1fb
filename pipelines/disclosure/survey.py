"""Reads a warehouse's landed rows and works out what a public build of it has to hide."""

from dataclasses import dataclass

import polars as pl

from pipelines.disclosure.figures import Figures, figures
from pipelines.disclosure.places import Geography, geography
from pipelines.disclosure.plan import Plan, plan
from pipelines.disclosure.system import System, system
from pipelines.disclosure.templates import templates
from pipelines.workspace import Disclosure, Workspace
from sources.catalogue import Catalogue


@dataclass(frozen=True)
class Survey:
    """A warehouse seen for disclosure.

    Attributes:
        indicators: definitions, as the build's catalogue gives them.
        figures: every figure, by key and version.
        systems: one a version.
        plan: what to hide.
    """

    indicators: pl.DataFrame
    figures: Figures
    systems: list[System]
    plan: Plan


def survey(workspace: Workspace, catalogue: Catalogue) -> Survey:
    """Everything from the landed rows of a workspace whose catalogue/ was written by a build."""
    indicators = pl.read_parquet(workspace.catalogue / "indicators.parquet")
    observations = pl.read_parquet(workspace.landed / "observations" / "**" / "*.parquet")
    return survey_of(observations, indicators, geography(workspace.landed), catalogue, workspace.disclosure)


def survey_of(
    observations: pl.DataFrame,
    indicators: pl.DataFrame,
    areas: Geography,
    catalogue: Catalogue,
    disclosure: Disclosure,
) -> Survey:
    """The same of landed observations at hand, with their definitions and the areas that make up others."""
    units = [unit.id for unit in catalogue.units.values() if unit.of_people]
    found = figures(observations, indicators, units)
    latest = found.figures.filter(pl.col("version") == 0)
    sums = templates(found.series, latest, found.places, catalogue.indicators.values())
    versions = int(found.figures["version"].max() or 0) + 1  # type: ignore[arg-type]
    systems = [system(found, sums, areas, version) for version in range(versions)]
    return Survey(indicators, found, systems, plan(found, systems, disclosure))
