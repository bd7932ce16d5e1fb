"""What a row of a register breaks, and what it is judged with."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from pipelines.intake.names import name_key
from pipelines.intake.places import FOREVER, Registers
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset

NEAREST = 3
LIKENESS = 0.7

Row = dict[str, object]
"""A landed row: the fields of its shape, without what the delivery adds."""


@dataclass(frozen=True)
class Fault:
    """A rule that a row breaks, the column and value it shows in, and why.

    `blanks` is a field that is set aside in place of the row; the row then lands without it.
    """

    rule: str
    column: str | None
    value: object
    reason: str
    blanks: str | None = None


@dataclass(frozen=True)
class Known:
    """What rows are judged with: the dataset, the registers, the catalogue, and the day they were delivered."""

    dataset: Dataset
    registers: Registers
    catalogue: Catalogue
    delivered_on: date
    _nearest: dict[str, str] = field(default_factory=dict)

    def column(self, field: str) -> str:
        """The file's column for a landed field."""
        return self.dataset.fields.get(field, field)

    def area_is_unknown(self, code: str) -> bool:
        """Whether no register knows the area of this code, on whichever days."""
        return self.registers.area(code, None, date.min, FOREVER).rule == "area_unknown"

    def service(self, text: str) -> str | None:
        """The id of the service that a name, a code or an id stands for; None where no register knows it."""
        registers, text = self.registers, text.strip()
        if text in registers.services or text in self._case_studies:
            return text
        found = registers.service_codes.get(text.casefold()) or registers.service_id(text)
        return found if registers.knows_service(found) else None

    @cached_property
    def _case_studies(self) -> frozenset[str]:
        """The services of the case studies, which no register of services holds."""
        studies = self.catalogue.case_studies
        return frozenset(study.service_id(service.key) for study in studies for service in study.services)

    def without_service(self, name: object) -> Fault:
        """The fault of a row whose service no register knows, with the spellings nearest to it."""
        key = name_key(str(name))
        if key not in self._nearest:
            known = self.registers.service_names
            near = get_close_matches(key, list(known), NEAREST, LIKENESS)
            self._nearest[key] = f"; the nearest are {', '.join(near)}" if near else ""
        reason = f"no register knows {name}{self._nearest[key]}"
        return Fault("service_unknown", self.column("service_name"), name, reason)


Complete = Callable[[Row, Known], Iterable[Fault]]
"""Fills in what a row leaves to the registers, and tells what it breaks by itself."""

Together = Callable[[Sequence[Row], Known], Iterable[tuple[int, Fault]]]
"""Tells what rows break beside one another, each with the place of the row."""


def same_name(text: object, names: Iterable[tuple[str, str]]) -> str | None:
    """The id of the first of (id, label) that a text means, ignoring case and punctuation."""
    key = name_key(str(text).replace("_", " "))
    return next((i for i, label in names if key in (name_key(i.replace("_", " ")), name_key(label))), None)
