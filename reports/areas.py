"""Services and areas that have numbers: what the register says of them, and their lines of published values.

A line is what is current of one indicator version for one area, over all its periods, breakdowns left aside. What
stands behind each value (delivery, row, attribution, gaps) is read by reports.evidence, area by area.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from reports.release import Release, Row

SERVICE = "youth_justice_service"

# Withdrawn rows are history; a value overruled by another dataset's stands on the numbers page, beside the other.
IS_CURRENT = "observations.is_current and not coalesce(observations.is_withdrawn, false)"

_VALUES = f"""
select
    observations.area_type, observations.area_code, observations.indicator_id, observations.definition_version,
    observations.observation_id, observations.source_id, observations.period_start, observations.period_end,
    observations.period_type, observations.numerator, observations.denominator, observations.value,
    observations.value_marker, observations.is_derived, observations.lower_95, observations.upper_95,
    observations.area_name_as_published
from observations
where {IS_CURRENT} and observations.breakdown_id = 'all' and coalesce(observations.is_preferred, true)
order by
    observations.area_code, observations.indicator_id, observations.definition_version, observations.period_end,
    observations.period_start, observations.source_id, observations.observation_id
"""

_MEMBERS = """
select
    service_authorities.service_id, service_authorities.area_code, service_authorities.valid_from,
    service_authorities.valid_to, coalesce(authorities.area_name, service_authorities.area_code) as area_name
from service_authorities
left join authorities on authorities.area_code = service_authorities.area_code
order by service_authorities.service_id, area_name, service_authorities.valid_from
"""


@dataclass
class Area:
    """A service or an area.

    Attributes:
        area_type: youth_justice_service, authority, region or country.
        area_code: as observations have it; of a service its service_id.
        name: as the register has it, else as published, else the code.
        facts: its row of `services` or `authorities`; empty for an area in neither.
        lines: its values by indicator and version, the oldest first.
        members: of a service, its authorities with their days; of an authority, the services it is or was part of.
    """

    area_type: str
    area_code: str
    name: str
    facts: Row
    lines: dict[tuple[str, str], list[Row]] = field(default_factory=dict)
    members: list[Row] = field(default_factory=list)

    @property
    def is_service(self) -> bool:
        """Whether it is a youth justice service."""
        return self.area_type == SERVICE

    @property
    def has_page(self) -> bool:
        """Whether it has a page of its own beside its numbers: every service, and an authority that has numbers."""
        return self.is_service or (self.area_type == "authority" and bool(self.lines))


def load(release: Release) -> dict[str, Area]:
    """Every service of the register and every area with a value, by code, services first, each by name."""
    registered = release.rows("select * from services order by service_id")
    found = {row["service_id"]: Area(SERVICE, row["service_id"], row["service_name"], row) for row in registered}
    authorities = {row["area_code"]: row for row in release.rows("select * from authorities order by area_code")}
    rows = release.rows(_VALUES)
    for code, of_area in groupby(rows, lambda row: row["area_code"]):
        values = list(of_area)
        if code not in found:
            facts = authorities.get(code, {})
            name = facts.get("area_name") or values[0]["area_name_as_published"] or code
            found[code] = Area(values[0]["area_type"], code, name, facts)
        for key, line in groupby(values, lambda row: (row["indicator_id"], row["definition_version"])):
            found[code].lines[key] = list(line)
    _add_members(release, found)
    ordered = sorted(found.values(), key=lambda area: (not area.is_service, area.name.casefold(), area.area_code))
    return {area.area_code: area for area in ordered}


def _add_members(release: Release, found: dict[str, Area]) -> None:
    if not release.has("service_authorities"):
        return
    for row in release.rows(_MEMBERS):
        if service := found.get(row["service_id"]):
            service.members.append(row)
        if (authority := found.get(row["area_code"])) and not authority.is_service:
            authority.members.append({**row, "area_name": service.name if service else row["service_id"]})
