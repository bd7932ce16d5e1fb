"""Registers of what exists: authorities, regions, countries, and services with their authorities."""

from datetime import timedelta

import polars as pl

from pipelines.sample.country import COUNTRY_CODE, COUNTRY_NAME, ENGLAND, WALES, Authority, Country
from pipelines.sample.names import FICTIONAL

_KIND_NAMES = {
    "CTY": "County", "UA": "Unitary authority", "MD": "Metropolitan district", "LBO": "London borough",
    "WPA": "Welsh unitary authority",
}  # fmt: skip
_ENTITIES = {"CTY": "F10", "UA": "F06", "MD": "F08", "LBO": "F09"}


def _own_code(authority: Authority) -> str:
    return f"F{authority.code[1]}{authority.code[-3:]}"


def authority_register(country: Country) -> pl.DataFrame:
    """Current and past authorities in the layout of mySociety's register. The end date is the day after the last."""
    rows = []
    for a in country.authorities:
        own = {code: _own_code(country.authority(code)) for code in a.successors}
        rows.append(
            {
                "local-authority-code": _own_code(a),
                "official-name": f"{a.name} Council ({FICTIONAL})",
                "nice-name": a.name,
                "gss-code": a.code,
                "start-date": a.first_day.isoformat(),
                "end-date": (a.last_day + timedelta(days=1)).isoformat() if a.last_day else None,
                "replaced-by": ",".join(own.values()) or None,
                "nation": a.nation,
                "region": country.regions[a.region][1] if a.region is not None else WALES,
                "local-authority-type": a.kind,
                "local-authority-type-name": _KIND_NAMES[a.kind],
                "alt-names": f"{a.name} Council",
                "notes": FICTIONAL,
                "current-authority": str(a.last_day is None),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def dfe_authorities(country: Country) -> pl.DataFrame:
    """English authorities in the layout of the EES reference list, with region and three-digit code."""
    return pl.DataFrame(
        [
            {
                "new_la_code": a.code,
                "la_name": a.name,
                "date_of_operation": a.first_day.strftime("%d/%m/%Y"),
                "date_of_termination": a.last_day.strftime("%d/%m/%Y") if a.last_day else None,
                "parent_geography_code": country.regions[a.region or 0][0],
                "entity_code": _ENTITIES[a.kind],
                "entity_description": f"{_KIND_NAMES[a.kind]} ({FICTIONAL})",
                "status": "terminated" if a.last_day else "live",
                "old_la_code": a.dfe_code,
            }
            for a in country.authorities
            if a.nation == ENGLAND
        ],
        infer_schema_length=None,
    )


def regions(country: Country) -> pl.DataFrame:
    """Regions in the layout of the EES reference list."""
    return pl.DataFrame(country.regions, schema=["region_code", "region_name"], orient="row")


def countries() -> pl.DataFrame:
    """Countries in the layout of the EES reference list: only the one that has national figures."""
    return pl.DataFrame({"country_code": [COUNTRY_CODE], "country_name": [COUNTRY_NAME]})


def service_register(country: Country) -> pl.DataFrame:
    """Dovetail's own register of services: one row for each stated membership of an authority in a service.

    The recoded authority is stated under its old code only: its new code inherits the membership.
    """
    return pl.DataFrame(
        [
            {
                "service": s.name,
                "nation": s.nation,
                "yot_code": s.code,
                "authority_code": code,
                "authority_name": country.authority(code).name,
                "valid_from": s.first_day.isoformat(),
                "valid_to": s.last_day.isoformat() if s.last_day else None,
                "evidence": s.evidence,
                "evidence_date": s.first_day.isoformat(),
            }
            for s in country.services
            for code in s.members
        ],
        infer_schema_length=None,
    )
