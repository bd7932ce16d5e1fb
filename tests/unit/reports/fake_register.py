"""Rows of the registers for the fictional release: who is part of what, how it was organised, neighbours, a map.

Every kind of row that a page must show stands here once: a change of model, an interim, a plan, a contested one, a
merged authority, an authority with a number of its own, a neighbour of which nothing is held, a hexagon of nobody.
"""

from __future__ import annotations

from datetime import date

# Named as hostile data would name it: it must come out as text, on every page.
HOSTILE = "Vellow <script>alert(1)</script> & Co"
_EVIDENCE = "Survey of services 2024, p. {page}"


def add(world) -> None:
    """Members, structures, neighbours and hexagons of the services of the world; and a revised value."""
    ids = [row["service_id"] for row in world.tables["services"]]
    models = {
        row["service_id"]: row["model_id"]
        for row in world.tables["comparison_services"]
        if row["is_used"] and row["comparison_id"].endswith("|yjb_2024")
    }
    for place, service_id in enumerate(ids):
        _members(world, place, service_id)
        _structures(world, place, service_id, models.get(service_id))
    for typology in world.tables["typologies"]:
        typology |= {"validity_note": "drawn from plans", "is_verified": True, "citation": "a report"}
    world.add(
        "typology_crosswalks", from_typology_id="fielder_2007", from_model_id="other", to_typology_id="yjb_2024",
        to_model_id="standalone", is_lossy=True, note="other held several", is_verified=False, citation="set here",
    )  # fmt: skip
    _neighbours(world)
    _hexes(world, ids)
    _authority_with_numbers(world)
    _revised(world)
    world.add(
        "attribution_gaps", gap_id="closed", kind="S1", kind_title="The model changed inside the window",
        level="service", rule_version=1, is_blocking=True, sets_field="attribution_status", sets_value="transition",
        service_id=ids[0], owner="data team", resolved_by="evidence", would_change_answer=False,
        comparisons_changed=0, opened_in_release="2026.1", closed_in_release=world.release_id,
        resolution="a later document gives the day", evidence="no day was known",
    )  # fmt: skip


def _members(world, place: int, service_id: str) -> None:
    code, name = f"FE{place + 1:07}", f"Borough {place}" if place else HOSTILE
    world.add("authorities", area_code=code, area_name=name, area_type="authority", nation="England")
    world.add(
        "service_authorities", service_id=service_id, area_code=code, valid_from=date(2000, 4, 1),
        valid_to=date(2019, 3, 31) if place == 5 else None, share_percent=100.0, basis="register",
    )  # fmt: skip


def _structures(world, place: int, service_id: str, model: str | None) -> None:
    if model is None:
        return

    def interval(tenure: str, model_id: str, begun: date, ended: date | None, *, contested: bool = False) -> None:
        structure_id = f"{service_id}|{tenure}|{begun}"
        world.add(
            "structures", structure_id=structure_id, service_id=service_id, typology_id="yjb_2024", model_id=model_id,
            tenure=tenure, valid_from=begun, valid_to=ended, from_precision="month" if place % 3 else "day",
            to_precision="open" if ended is None else "day", evidence=_EVIDENCE.format(page=place),
            evidence_date=date(2022, 1, 15), is_contested=contested, claims=1, coders=1,
        )  # fmt: skip
        world.add(
            "structure_assertions", assertion_id=structure_id, service_id=service_id, typology_id="yjb_2024",
            model_id=model_id, tenure=tenure, valid_from=begun, source=_EVIDENCE.format(page=place),
            source_date=date(2022, 1, 15), is_current=True, is_dropped=False, is_usable=True,
        )  # fmt: skip

    begun = date(2019, 4, 1)
    if place % 10 == 1:
        interval("in_force", "standalone", date(2014, 4, 1), date(2019, 3, 31))
    interval("in_force", model, begun, None, contested=place == 4)
    if place == 2:
        interval("interim", "umbrella", date(2024, 10, 1), None)
    if place == 3:
        interval("planned", "delivery", date(2025, 4, 1), None)


def _neighbours(world) -> None:
    for rank, (code, name) in enumerate([("FE0000002", "Borough 1"), ("FE9999999", "Nowhere held")], start=1):
        world.add(
            "statistical_neighbours", model="children in need", vintage=date(2021, 4, 1), area_code="FE0000001",
            dfe_code="901", area_name=HOSTILE, rank=rank, neighbour_code=code, neighbour_name=name,
            closeness="very_close", source_id="test__neighbours", delivery_id="D0001",
        )  # fmt: skip


def _hexes(world, ids: list[str]) -> None:
    for place in range(len(ids) + 1):
        known = place < len(ids)
        world.add(
            "area_hexes", delivery_id="D0001", map_key=f"{place:03}", found_by="code" if known else None,
            area_code=f"FE{place + 1:07}" if known else None, area_name=f"Borough {place}" if known else "Off the map",
            column=place % 14, line=place // 14, grid="odd-r", source_id="test__map",
        )  # fmt: skip


def _authority_with_numbers(world) -> None:
    """The first authority has a number of its own, of the indicator that the first service has."""
    of = next(row for row in world.tables["observations"] if row["area_code"] == "s_000")
    world.add(
        "observations",
        **of
        | {
            "observation_id": "authority|FE0000001",
            "area_type": "authority",
            "area_code": "FE0000001",
            "area_name_as_published": HOSTILE,
        },
    )
    world.add(
        "attributions", observation_id="authority|FE0000001", typology_id="yjb_2024",
        indicator_id=of["indicator_id"], definition_version=of["definition_version"], area_type="authority",
        area_code="FE0000001", period_start=of["period_start"], period_end=of["period_end"], model_id="directorate",
        attribution_status="attributable", comparability_status="comparable", disclosure_status="open", gaps=0,
    )  # fmt: skip


def _revised(world) -> None:
    """A value that a later delivery said otherwise: the earlier one is kept, and is not current."""
    of = next(row for row in world.tables["observations"] if row["value"] and row["area_code"] == "s_001")
    world.add(
        "observations",
        **of
        | {
            "observation_id": f"{of['observation_id']}|earlier",
            "value": of["value"] / 2,
            "is_current": False,
            "delivery_id": "D0007",
        },
    )
