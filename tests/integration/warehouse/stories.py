"""The story of one small country, in which every kind of gap happens where it is planned and nowhere else."""

from datetime import date, datetime

from tests.integration.warehouse.world import World

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
STEADY = tuple(f"steady{number:02}" for number in range(1, 66))

# What the published service-level percentage of 2024 must show, service by service. Every other service: nothing.
PLANNED = {
    "interim": {"S2"},
    "planned": {"S3"},
    "conflicting": {"E2"},
    "decided": set(),
    "changed": {"S1", "S5"},
    "undated": {"S7"},
    "unclear": {"E1U"},
    "silent": {"E1"},
    "half_known": {"E1", "S5"},
    "stale": {"S8"},
    "very_stale": {"S8U"},
    "part_of_area": {"U5"},
    "short_lived": {"S1", "S5", "S6"},
    "undated_document": {"E1"},
    "ended": {"E1", "S5"},
    "suppressed": {"Z1"},
    "unavailable": {"D1"},
    "not_applicable": {"D2"},
    "rounded_away": {"D3"},
    "unreliable": {"D4"},
    "provisional": {"M8"},
    "small_count": {"Z1U"},
    "small_base": {"Z2"},
    "absent": {"C6"},
    "newcomer": {"U10"},
}

# The same for authority-level counts of 2024.
PLANNED_AREAS = {
    "A-steady01": set(),
    "X1": {"U1"}, "X2": {"U1"}, "X3": {"U1"},
    "Y1": {"U1"},
    "OLD1": {"U7"}, "NEW1": {"U7"},
    "TWICE": {"U2"},
    "NOWHERE": {"U10"},
    "UNKNOWN": {"U10"},
    "GAPPY": {"U10"},
    "DIST1": {"U4"},
    "REGION": {"U11"},
    "E92000001": {"U11"},
}  # fmt: skip


def small_country() -> World:
    """One year, one percentage by service and one by authority, and everything that can go wrong with them."""
    world = World()
    for source_id, shape in {
        "test__register": "authorities", "test__structures": "structure_assertions", "test__by_service": "observations",
        "test__by_area": "observations", "test__measures": "observations",
    }.items():  # fmt: skip
        world.datasets.append({"source_id": source_id, "title": source_id, "publisher": "test", "licence": "OGL",
                               "found_at": "none", "shape": shape, "priority": 10, "is_fictional": True})  # fmt: skip
    world.indicator("steady_percent")
    world.indicator("area_percent")
    world.indicator("tidy_absence_percent", is_compared=False)
    world.add("topic_indicators", indicator_id="tidy_absence_percent", definition_version="v1", topic="absence",
              column="percent")  # fmt: skip
    world.add("statistical_neighbours", model="test", vintage=date(2021, 4, 1), dfe_code="901", rank=1,
              neighbour_dfe_code="902")  # fmt: skip
    world.indicator("children_counted", measure="count", is_additive=True, unit="children", unit_base=None)
    world.indicator("broken_percent")
    world.indicator("doubtful_percent", companion_indicator_id="not_known_percent", companion_definition_version="v1",
                    companion_maximum=5.0)  # fmt: skip
    world.indicator("not_known_percent", is_compared=False)
    world.indicator("english_percent", nations="England")
    world.indicator("two_versions_percent")
    world.indicator("two_versions_percent", definition_version="v2")
    world.breaks.append({"indicator_id": "broken_percent", "definition_version": "v1", "break_date": date(2024, 7, 1),
                         "title": "New recording system", "citation": "test", "is_verified": True})  # fmt: skip

    _structures(world)
    _figures_by_service(world)
    _places(world)
    _measures(world)
    _corrections(world)
    return world


def _structures(world: World) -> None:
    for number, service in enumerate(STEADY):
        world.service(service)
        world.claim(service, "umbrella" if number % 2 else "delivery")
    for service in PLANNED:
        if service != "newcomer":
            world.service(service)
    for service in ("suppressed", "unavailable", "not_applicable", "rounded_away", "unreliable", "provisional",
                    "small_count", "small_base", "absent"):  # fmt: skip
        world.claim(service, "portfolio")

    world.claim("interim", "umbrella", "interim")
    world.claim("planned", "umbrella", "planned", valid_from=date(2025, 4, 1))
    world.claim("conflicting", "umbrella", source="Plan A")
    world.claim("conflicting", "delivery", source="Plan B")
    upheld = world.claim("decided", "umbrella", source="Plan A")
    world.claim("decided", "delivery", source="Plan B")
    world.add("decisions", decision_id="upheld", decision_kind="resolve_conflict", subject=upheld,
              decided_by="A person", decided_on=date(2024, 9, 1), reason="Plan B describes a pilot",
              recorded_at=datetime(2024, 9, 1))  # fmt: skip
    world.claim("changed", "umbrella", source="Plan 2023", source_date=date(2023, 6, 1))
    world.claim("changed", "delivery", valid_from=date(2024, 4, 1))
    world.claim("undated", "umbrella", valid_from=date(2024, 1, 1), from_precision="year")
    world.claim("unclear", "unassigned")
    world.claim("half_known", "umbrella", valid_from=date(2024, 7, 1))
    world.claim("stale", "umbrella", source_date=date(2023, 6, 1))
    world.claim("very_stale", "umbrella", source_date=date(2021, 6, 1))
    world.claim("part_of_area", "umbrella", scope_percent=40.0)
    world.claim("short_lived", "umbrella", valid_to=date(2024, 3, 31))
    world.claim("short_lived", "delivery", valid_from=date(2024, 4, 1), valid_to=date(2024, 9, 30))
    world.claim("short_lived", "umbrella", valid_from=date(2024, 10, 1))
    world.claim("undated_document", "umbrella", source_date=None)
    world.claim("ended", "umbrella")
    world.claim("ended", "umbrella", "ended", valid_from=None, valid_to=date(2024, 8, 31), source="Plan 2025",
                source_date=date(2025, 1, 1))  # fmt: skip
    # A service that begins inside the year, and its authority with it.
    world.authority("A-newcomer", valid_from=date(2024, 4, 1))
    world.member("newcomer", "A-newcomer", date(2024, 4, 1))
    world.claim("newcomer", "umbrella", valid_from=date(2024, 4, 1))


def _figures_by_service(world: World) -> None:
    for number, service in enumerate(STEADY):
        world.observe(service, 40.0 + number % 7, numerator=400.0 + 10 * (number % 7), denominator=1000.0)
    markers = {"suppressed": "c", "unavailable": "x", "not_applicable": "z", "rounded_away": "low", "unreliable": "u"}
    for service in PLANNED:
        if service == "absent":
            world.add("expected_deliveries", source_id="test__by_service", area_type="youth_justice_service",
                      area_code=service, period_start=YEAR[0], period_end=YEAR[1], period_type="calendar_year",
                      period_label="2024", due_date=date(2025, 1, 31), late_after=date(2025, 1, 31),
                      status="missing", is_late=True)  # fmt: skip
        elif service in markers:
            world.observe(service, None, value_marker=markers[service])
        elif service == "provisional":
            world.observe(service, 50.0, value_marker="p")
        elif service == "small_count":
            world.observe(service, 4.0, numerator=4.0, denominator=100.0)
        elif service == "small_base":
            world.observe(service, 50.0, numerator=10.0, denominator=20.0)
        else:
            world.observe(service, 50.0)


def _places(world: World) -> None:
    def count(code: str, area_type: str = "authority", numerator: float = 500.0) -> None:
        world.observe(code, numerator / 10, area_type=area_type, numerator=numerator, denominator=1000.0,
                      indicator_id="area_percent", source_id="test__by_area")  # fmt: skip

    # A service of three authorities, all present; one of two, with one absent.
    for code in ("X1", "X2", "X3"):
        world.authority(code)
        world.member("three_part", code)
    for code in ("Y1", "Y2"):
        world.authority(code)
        world.member("two_part", code)
    for service in ("three_part", "two_part", "recoded", "divided"):
        world.claim(service, "umbrella")
    # One old and one new code of the same area: the new one inherits the membership.
    world.authority("OLD1", valid_to=date(2024, 6, 30), authority_class="county")
    world.authority("NEW1", valid_from=date(2024, 7, 1), authority_class="unitary")
    world.add("authority_changes", from_code="OLD1", to_code="NEW1", change_date=date(2024, 7, 1))
    world.member("recoded", "OLD1", date(2019, 4, 1))
    # A county that became two unitaries in 2021, both in its service.
    world.authority("OLD2", valid_to=date(2021, 3, 31))
    for code in ("NEW2A", "NEW2B"):
        world.authority(code, valid_from=date(2021, 4, 1))
        world.add("authority_changes", from_code="OLD2", to_code=code, change_date=date(2021, 4, 1))
    world.member("divided", "OLD2", date(2009, 4, 1), date(2021, 3, 31))
    # In two services at once; in none; in no register at all; in one for a part of the year.
    world.authority("TWICE")
    world.member("two_part", "TWICE", last=date(2024, 6, 30))
    world.member("three_part", "TWICE", date(2024, 7, 1), date(2024, 9, 30))
    world.authority("NOWHERE")
    world.authority("GAPPY")
    world.member("gappy", "GAPPY", date(2024, 7, 1))
    world.authority("DIST1", "district")
    world.authority("DIST2", "district")
    world.authority("COUNTY")
    world.member("county", "COUNTY")
    for child in ("DIST1", "DIST2"):
        world.add("authority_parents", child_code=child, parent_code="COUNTY", valid_on=date(2019, 4, 1))
    world.authority("REGION", "region")

    for code in ("A-steady01", "X1", "X2", "X3", "Y1", "OLD1", "NEW1", "TWICE", "NOWHERE", "UNKNOWN", "GAPPY"):
        count(code)
    count("DIST1", "district")
    count("REGION", "region")
    count("E92000001", "country")
    # Counts by district, whole, for a sum of sums.
    for code, children in {"DIST1": 30.0, "DIST2": 12.0}.items():
        world.observe(code, children, area_type="district", indicator_id="children_counted", unit="children",
                      source_id="test__by_area")  # fmt: skip


def _measures(world: World) -> None:
    def measure(service: str, indicator: str, value: float, **more: object) -> None:
        world.observe(service, value, indicator_id=indicator, source_id="test__measures", **more)

    measure("steady01", "broken_percent", 10.0)
    measure("steady01", "broken_percent", 10.0, period_start=date(2023, 1, 1), period_end=date(2023, 12, 31),
            period_label="2023")  # fmt: skip
    measure("steady01", "doubtful_percent", 3.0)
    measure("steady01", "not_known_percent", 9.0)
    measure("steady02", "doubtful_percent", 3.0)
    measure("steady02", "not_known_percent", 5.0)
    measure("steady01", "two_versions_percent", 10.0)
    measure("steady02", "two_versions_percent", 10.0)
    measure("steady03", "two_versions_percent", 10.0, definition_version="v2")
    world.service("welsh", nation="Wales")
    world.claim("welsh", "umbrella")
    measure("welsh", "english_percent", 10.0)
    measure("steady01", "english_percent", 10.0)
    measure("steady02", "english_percent", 10.0)


def _corrections(world: World) -> None:
    """Year 2022 of one area: a delivery, one that replaces it and drops a figure, and one that came out of order."""

    def say(delivery: str, published: datetime, recorded: datetime, **values: float) -> None:
        for indicator, value in values.items():
            world.observe("steady01", value, indicator_id=indicator, delivery_id=delivery, published_at=published,
                          recorded_at=recorded, period_start=date(2022, 1, 1), period_end=date(2022, 12, 31),
                          period_label="2022", source_id="test__measures")  # fmt: skip

    say("D0010", datetime(2023, 2, 1), datetime(2023, 2, 2), english_percent=1.0, doubtful_percent=2.0)
    say("D0012", datetime(2023, 6, 1), datetime(2023, 6, 2), english_percent=3.0)
    say("D0013", datetime(2023, 4, 1), datetime(2023, 7, 1), english_percent=2.0)
