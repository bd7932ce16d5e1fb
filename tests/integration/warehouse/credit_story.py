"""A second small country: gaps of credit, of a person's evidence, of a service's record and of whole groups.

Each service stands for one kind and shows nothing else; `steady` shows none.
"""

from datetime import date
from typing import Any

from tests.integration.warehouse.world import World

SAID = {"source": "Annual report", "source_date": date(2024, 3, 1), "page": "p. 4", "quote": "as it says",
        "source_id": "test__contributions", "recorded_by": "A. Quill"}  # fmt: skip
DECLARED = ("U8", "S10", "E3", "M1A", "C4", "C7")

# What the percentage of 2024 shows, service by service.
PLANNED: dict[str, set[str]] = {
    "steady": set(),
    "early": {"C5"},
    "not_early": set(),
    "restless": {"S6"},
    "vague": {"E1U", "E4"},
    "claimed": {"C1"},
    "claimed_once": set(),
    "recorded": {"C2", "C3"},
    "recorded_alone": set(),
    "delivered": {"C3"},
    "levels": set(),
    "cancelled": set(),
    "plan_dropped": {"E1"},
    "single": set(),
    "given_away": {"Z3"},
    **{f"declared_{kind.lower()}": {kind} for kind in DECLARED},
}


def credit_country() -> World:
    """Every service of PLANNED with one percentage of 2024; some with figures of other indicators."""
    world = World()
    world.indicator("steady_percent")
    world.indicator("other_percent")
    world.indicator("followed_percent", window_months_after=9, period_type="quarter", polarity="low")
    world.indicator("long_percent", polarity="low")
    world.indicator("children_counted", measure="count", is_additive=True, unit="children", unit_base=None,
                    counts_twice="a child who moves counts in each", counted_by="service_caseload")  # fmt: skip
    for source in ("test__by_service", "test__register", "test__structures", "test__contributions", "test__counts"):
        world.datasets.append({"source_id": source, "priority": 10, "is_fictional": True})
    for service in PLANNED:
        world.service(service)
        world.observe(service, 50.0)
    two_coders = {"early", "not_early", "restless", "vague", "single", "cancelled", "plan_dropped", "levels"}
    for service in PLANNED.keys() - two_coders:
        both(world, service, "umbrella")

    both(world, "early", "umbrella", valid_from=date(2023, 1, 1))
    both(world, "not_early", "umbrella", valid_from=date(2022, 12, 31))
    both(world, "restless", "umbrella", valid_to=date(2023, 1, 31), source="Plan 2021", source_date=date(2022, 9, 1))
    both(world, "restless", "delivery", valid_from=date(2023, 2, 1), from_precision="year", valid_to=date(2023, 6, 30))
    both(world, "restless", "umbrella", valid_from=date(2023, 7, 1), from_precision="year")
    both(world, "vague", "unassigned", quote="we are an integrated service")
    both(world, "cancelled", "umbrella")
    world.claim("cancelled", "delivery", "cancelled", valid_from=date(2024, 9, 1))
    # Nothing is known but a plan, and that it was dropped: no model, and no plan that still holds.
    for tenure, said in (("planned", date(2023, 6, 1)), ("cancelled", date(2024, 2, 1))):
        both(world, "plan_dropped", "delivery", tenure=tenure, valid_from=date(2024, 9, 1), source_date=said,
             source=f"Minutes of {said}")  # fmt: skip
    both(world, "levels", "umbrella")
    both(world, "levels", "directorate")
    world.claim("single", "umbrella")

    def contribution(service: str, contributor: str, role: str, **more: Any) -> None:
        known = {
            "contribution_id": f"{service} {contributor} {role}", "service_id": service, "role": role,
            "contributor": contributor, "indicator_id": "steady_percent", "valid_from": date(2024, 1, 1),
        }  # fmt: skip
        world.add("contributions", **(SAID | known | more))

    contribution("claimed", "Claimed", "claims")
    contribution("claimed", "Youth service", "claims")
    contribution("claimed_once", "Claimed_Once", "claims")
    contribution("claimed_once", " claimed_once ", "claims", contribution_id="the same again")
    contribution("claimed_once", "Youth service", "claims", valid_from=date(2025, 1, 1))
    contribution("recorded", "Recorded", "records")
    contribution("recorded", "Early Help", "delivers")
    contribution("recorded_alone", "Recorded_Alone", "records")
    contribution("recorded_alone", "Recorded_Alone", "delivers")
    contribution("delivered", "Early Help", "delivers")
    # Of another indicator: the percentage is not concerned.
    contribution("steady", "Early Help", "delivers", indicator_id="other_percent")

    for kind in DECLARED:
        world.add("gap_evidence", evidence_id=kind, kind=kind, service_id=f"declared_{kind.lower()}",
                  indicator_id="steady_percent", valid_from=date(2023, 6, 1), valid_to=date(2024, 1, 1),
                  statement=f"A person recorded {kind}.", **SAID)  # fmt: skip
    # After the window: says nothing of it.
    world.add("gap_evidence", evidence_id="later", kind="C7", service_id="steady", valid_from=date(2025, 1, 1),
              statement="Later.", **SAID)  # fmt: skip

    # Two authorities, one suppressed beside a published whole.
    world.authority("B-given", valid_from=date(2009, 4, 1))
    world.member("given_away", "B-given")
    year = {"indicator_id": "children_counted", "unit": "children", "source_id": "test__counts"}
    world.observe("A-given_away", 7.0, area_type="authority", **year)
    world.observe("B-given", None, area_type="authority", value_marker="c", **year)
    world.observe("given_away", 12.0, **year)
    # The same with both suppressed: nothing follows.
    world.observe("A-given_away", None, area_type="authority", value_marker="c", **(year | PAST))
    world.observe("B-given", None, area_type="authority", value_marker="c", **(year | PAST))
    world.observe("given_away", 12.0, **(year | PAST))

    # A cohort of one quarter, followed for nine months, of a service that changed in the follow-up or in the quarter.
    for service, changed in (("moved_after", date(2024, 6, 1)), ("moved_within", date(2024, 2, 1))):
        world.service(service)
        both(world, service, "umbrella", source="Plan 2023", source_date=date(2023, 9, 1))
        both(world, service, "delivery", valid_from=changed)
        world.observe(service, 30.0, indicator_id="followed_percent", period_end=date(2024, 3, 31),
                      period_label="Q1", period_type="quarter")  # fmt: skip

    # Figures of two eras.
    for year_of in (2008, 2024):
        world.observe("steady", 5.0, indicator_id="long_percent", period_start=date(year_of, 1, 1),
                      period_end=date(year_of, 12, 31), period_label=str(year_of))  # fmt: skip
    world.add("quarantined_rows", rule="rate_outside_its_parts", reason="a rate above that of every part",
              sheet="Data", row=4, column="England", cells=1)  # fmt: skip
    return world


PAST = {"period_start": date(2023, 1, 1), "period_end": date(2023, 12, 31), "period_label": "2023"}


def both(world: World, service: str, model: str, **columns: Any) -> None:
    """The same claim of two coders."""
    for coder in ("first", "second"):
        world.claim(service, model, coder=coder, **columns)
