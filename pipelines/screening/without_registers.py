"""A check on a machine without a warehouse: places are taken at their word where no register could be asked.

A code must still have the form of some kind of area. Only for a dry run: what lands is always judged by registers.
"""

from datetime import date
from typing import Any

import polars as pl

from pipelines.intake.names import service_id_of
from pipelines.intake.places import COMBINED, Place, Registers
from sources.catalogue import Catalogue
from sources.shapes import schema

_SHAPES = ("authorities", "authority_changes", "service_memberships")


class _NotAsked(dict[str, Any]):
    """Holds nothing, and is not to be taken for a register that is missing."""

    def __bool__(self) -> bool:
        return True


class PlacesAtTheirWord(Registers):
    """Loaded registers where there are any; where a kind is missing, every place of a known form is believed."""

    def __init__(self, loaded: Registers, catalogue: Catalogue) -> None:
        """Take what is loaded."""
        areas, changes, memberships = (pl.DataFrame(schema=schema(shape)) for shape in _SHAPES)
        super().__init__(areas, changes, memberships, catalogue)
        self.__dict__.update(vars(loaded))
        self._catalogue = catalogue
        self.missing = tuple(
            kind for kind, known in (("authorities", loaded.areas), ("services", loaded.services)) if not known
        )
        if "authorities" in self.missing:
            self.areas = _NotAsked()
        if "services" in self.missing:
            self.services = _NotAsked()

    def area(self, code: str, name: str | None, start: date, end: date) -> Place:
        """The kind of area that codes of this form are for."""
        if "authorities" not in self.missing:
            return super().area(code, name, start, end)
        prefix = self._catalogue.prefix_of(code)
        if prefix is None:
            return Place(rule="area_unknown", reason=f"no kind of area has codes of the form of {code}")
        return Place(prefix.area_type, code)

    def area_by_dfe(self, dfe_code: str, name: str | None, start: date, end: date) -> Place:
        """An authority under its department code."""
        if "authorities" not in self.missing:
            return super().area_by_dfe(dfe_code, name, start, end)
        return Place("authority", dfe_code)

    def area_by_name(self, name: str, area_type: str | None, start: date, end: date) -> Place:
        """An area under its name."""
        if "authorities" not in self.missing:
            return super().area_by_name(name, area_type, start, end)
        return Place(area_type or "authority", service_id_of(name))

    def areas_together(self, codes: list[str], start: date, end: date) -> Place:
        """Areas published as one."""
        if "authorities" not in self.missing:
            return super().areas_together(codes, start, end)
        return Place("other", COMBINED.join(code.strip() for code in codes))

    def knows_service(self, service_id: str) -> bool:
        """Any service."""
        return "services" in self.missing or super().knows_service(service_id)

    def service(self, name: str, start: date, end: date) -> Place:
        """A service under its name."""
        if "services" not in self.missing:
            return super().service(name, start, end)
        return Place("youth_justice_service", self.service_id(name))
