"""The standard of DfE tidy data, loaded once from sources/vocab/tidy/.

What belongs here: loading, and lookups by name. What does not: the catalogue of our own declarations (catalogue.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from sources.models.tidy import Conventions, EthnicGroups, GeographicLevel, StandardNames, TimeIdentifier

FOLDER = Path(__file__).parent / "vocab" / "tidy"


@dataclass(frozen=True)
class TidyStandard:
    """Everything the standard fixes. `times` and `levels` are keyed by the words the file uses."""

    conventions: Conventions
    times: Mapping[str, TimeIdentifier]
    levels: Mapping[str, GeographicLevel]
    names: StandardNames
    ethnic_groups: EthnicGroups

    @cached_property
    def geography_columns(self) -> tuple[str, ...]:
        """Every column that identifies an area at some level."""
        return tuple(column for level in self.levels.values() for column in level.columns)

    @cached_property
    def observational_units(self) -> frozenset[str]:
        """Every column that says when or where: never a filter, never an indicator."""
        return frozenset({"time_period", "time_identifier", "geographic_level", *self.geography_columns})


@cache
def load_tidy(folder: Path = FOLDER) -> TidyStandard:
    """Load the standard.

    Raises:
        pydantic.ValidationError: a file does not have its shape.
    """
    times = TypeAdapter(list[TimeIdentifier]).validate_python(_read(folder / "time_identifiers.yml"))
    levels = TypeAdapter(list[GeographicLevel]).validate_python(_read(folder / "geographic_levels.yml"))
    return TidyStandard(
        conventions=Conventions.model_validate(_read(folder / "conventions.yml")),
        times={time.identifier: time for time in times},
        levels={level.level: level for level in levels},
        names=StandardNames.model_validate(_read(folder / "standard_names.yml")),
        ethnic_groups=EthnicGroups.model_validate(_read(folder / "ethnic_groups.yml")),
    )


def _read(path: Path) -> Any:
    return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
