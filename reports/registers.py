"""How services are and were organised, as the release has it: structures, their evidence, by service and typology."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from reports.language import _
from reports.periods import day
from reports.release import Release, Row

_STRUCTURES = """
select
    structures.*, coalesce(typology_models.label, structures.model_id) as model_label,
    coalesce(typology_models.model_order, 0) as model_order,
    coalesce(services.service_name, structures.service_id) as service_name
from structures
left join typology_models
    on typology_models.typology_id = structures.typology_id and typology_models.model_id = structures.model_id
left join services on services.service_id = structures.service_id
order by
    structures.typology_id, service_name, structures.service_id, structures.valid_from, structures.tenure,
    structures.structure_id
"""

TENURES = ("ended", "in_force", "interim", "planned")


@dataclass
class Register:
    """The structures of a release.

    Attributes:
        structures: every interval, by typology, service and time.
        typologies: every typology by id, the oldest first.
        models: the models of each typology in its own order.
        crosswalks: which model of one typology is which of another.
    """

    structures: list[Row]
    typologies: dict[str, Row]
    models: dict[str, list[Row]]
    crosswalks: list[Row] = field(default_factory=list)

    @cached_property
    def by_service(self) -> dict[str, list[Row]]:
        """The intervals of each service."""
        found: dict[str, list[Row]] = {}
        for row in self.structures:
            found.setdefault(row["service_id"], []).append(row)
        return found

    def of(self, typology_id: str) -> list[Row]:
        """The intervals of a typology."""
        return [row for row in self.structures if row["typology_id"] == typology_id]

    def short_title(self, typology_id: str) -> str:
        """The title of a typology without the source in brackets; its id where it has none."""
        return str(self.typologies.get(typology_id, {}).get("title") or typology_id).split(" (")[0]


def load(release: Release) -> Register:
    """The register of a release; an empty one where it holds none."""
    typologies = release.rows("select * from typologies order by valid_from, typology_id")
    models: dict[str, list[Row]] = {}
    for row in release.rows("select * from typology_models order by typology_id, model_order, model_id"):
        models.setdefault(row["typology_id"], []).append(row)
    crosswalks = (
        release.rows(
            "select * from typology_crosswalks order by from_typology_id, to_typology_id, from_model_id, to_model_id"
        )
        if release.has("typology_crosswalks")
        else []
    )
    structures = release.rows(_STRUCTURES) if release.has("structures") else []
    return Register(structures, {row["typology_id"]: row for row in typologies}, models, crosswalks)


def interval(row: Row) -> str:
    """From when to when, as precisely as the evidence says."""
    if row["valid_to"] is None:
        return _("from %(begun)s") % {"begun": begun(row)}
    return _("%(begun)s to %(ended)s") % {
        "begun": begun(row),
        "ended": _dated(row["valid_to"], row.get("to_precision")),
    }


def begun(row: Row) -> str:
    """When it came into force, as precisely as the evidence says."""
    return _dated(row["valid_from"], row.get("from_precision"))


def _dated(date: object, precision: str | None) -> str:
    if date is None or precision == "unknown":
        return _("a day not known")
    words = day(date)  # type: ignore[arg-type]
    if precision in ("month", "quarter", "year"):
        shown = words.split(" ", 1)[1] if precision == "month" else words.rsplit(" ", 1)[1]
        return shown if precision != "quarter" else _("the quarter around %(day)s") % {"day": words}
    if precision is None or precision in ("day", "open"):
        return words
    return _("%(day)s (%(precision)s)") % {"day": words, "precision": precision.replace("_", " ")}
