"""Random figures: definitions, deliveries that come again or drop a figure, returns that never came, and credit."""

from datetime import date, datetime, timedelta
from typing import Any

from tests.integration.warehouse.worlds.draft import Draft

PERIODS = {
    "2022": (date(2022, 1, 1), date(2022, 12, 31)),
    "2023": (date(2023, 1, 1), date(2023, 12, 31)),
    "2024": (date(2024, 1, 1), date(2024, 12, 31)),
    "2023Q4": (date(2024, 1, 1), date(2024, 3, 31)),
    "2024Q1": (date(2024, 4, 1), date(2024, 6, 30)),
    "2009/10": (date(2009, 4, 1), date(2010, 3, 31)),
    "2010/11": (date(2010, 4, 1), date(2011, 3, 31)),
}
DECLARED = ("U8", "S10", "E3", "M1A", "C4", "C7")


def draw_figures(draft: Draft) -> None:
    """Definitions first, then what two datasets say of them, then what is said about that."""
    for word, priority in {"register": 10, "structures": 10, "figures": 20, "summary": 30}.items():
        draft.world.datasets.append({"source_id": draft.name(word), "priority": priority, "is_fictional": True})
    definitions = _definitions(draft)
    areas = _areas(draft)
    periods = draft.rng.sample(list(PERIODS), draft.rng.randint(1, 3))
    for indicator, version, measure in definitions:
        for period in periods:
            chosen = [area for area in areas if draft.chance(0.5 if area[0] == "youth_justice_service" else 0.25)]
            for area in chosen:
                _state(draft, "figures", indicator, version, measure, area, period)
                if draft.chance(0.1):
                    _state(draft, "summary", indicator, version, measure, area, period)
    _copied(draft, definitions, periods)
    _differenced(draft, periods)
    _expected(draft, periods)
    _contributions(draft, [indicator for indicator, _, _ in definitions])
    _evidence(draft, [indicator for indicator, _, _ in definitions])


def _definitions(draft: Draft) -> list[tuple[str, str, str]]:
    """(indicator, version, measure): a share, a count, perhaps another version of the share, perhaps its companion."""
    share, count, unknown = draft.name("share"), draft.name("count"), draft.name("unknown")
    companion: dict[str, Any] = {}
    found = [(share, "v1", "proportion"), (count, "v1", "count")]
    if draft.chance(0.4):
        companion = {"companion_indicator_id": unknown, "companion_maximum": draft.one_of([20.0, 60.0]),
                     "companion_definition_version": draft.one_of(["v1", None])}  # fmt: skip
        found.append((unknown, "v1", "proportion"))
    if draft.chance(0.4):
        found.append((share, "v2", "proportion"))
    if draft.chance(0.3):
        found.append((draft.name("rate"), "v1", "rate"))
    for indicator, version, measure in found:
        draft.world.indicator(
            indicator, definition_version=version, measure=measure, unit_base=None if measure == "count" else 100.0,
            is_additive=measure == "count", window_months_before=draft.weighted({0: 6, 3: 1, 12: 3}),
            window_months_after=draft.weighted({0: 6, 6: 2, 12: 1}), nations=draft.weighted(
                {"England|Wales": 4, "England": 1}
            ), **(companion if indicator == share else {}),
        )  # fmt: skip
        if draft.chance(0.15):
            day = draft.one_of([date(2024, 1, 1), date(2024, 6, 1), date(2023, 4, 1)])
            draft.world.breaks.append({"indicator_id": indicator, "definition_version": version, "break_date": day,
                                       "title": "New system", "citation": "test", "is_verified": True})  # fmt: skip
    return found


def _areas(draft: Draft) -> list[tuple[str, str]]:
    return [
        *(("youth_justice_service", service) for service in (*draft.services, draft.name("unknown_service"))),
        *(("authority", code) for code in (*draft.authorities, draft.name("unknown_area"))),
        *(("district", code) for code in draft.districts),
        *draft.rng.sample([("region", draft.name("region")), ("country", "E92000001"), ("country", "K04000001"),
                           ("other", draft.name("elsewhere")), ("country", "S92000003")], 1),
    ]  # fmt: skip


def _state(
    draft: Draft, dataset: str, indicator: str, version: str, measure: str, area: tuple[str, str], period: str
) -> None:
    """A figure in a first delivery, and perhaps again, otherwise, or no longer, in a second."""
    for delivery in (1, 2, 3):
        if draft.chance((0.9, 0.06, 0.03)[delivery - 1]):
            # The third came last and was published first.
            when = draft.delivered(delivery) | ({"published_at": datetime(2024, 12, 1)} if delivery == 3 else {})
            _observe(draft, dataset, indicator, version, measure, area, period, when)


def _observe(
    draft: Draft, dataset: str, indicator: str, version: str, measure: str, area: tuple[str, str], period: str,
    when: dict[str, Any],
) -> None:  # fmt: skip
    marker = draft.weighted({None: 30, "c": 4, "x": 2, "z": 2, "low": 2, "u": 2, "p": 3, "r": 1, "e": 1})
    base = float(draft.weighted({draft.rng.randint(1, 60): 2, draft.rng.randint(100, 900): 4, 0: 0.1}))
    events = float(draft.rng.randint(0, int(base)) if draft.chance(0.8) else min(base, draft.rng.randint(0, 6)))
    has_value = marker in (None, "p", "r", "e")
    has_parts = has_value and draft.chance(0.85)
    value = events if measure == "count" else (100 * events / base if base else None)
    start, end = PERIODS[period]
    draft.world.observe(
        area[1], value if has_value else None, area_type=area[0], indicator_id=indicator, definition_version=version,
        numerator=events if has_parts else None, denominator=base if has_parts and measure != "count" else None,
        value_marker=marker if not has_value or value is not None else "z", period_start=start, period_end=end,
        breakdown_id=draft.weighted({"all": 6, "age_10_to_14": 1}), period_label=period,
        period_type="quarter" if "Q" in period else "year", source_id=draft.name(dataset), **when,
    )  # fmt: skip


def _copied(draft: Draft, definitions: list[tuple[str, str, str]], periods: list[str]) -> None:
    """The figure of a whole service, printed for each of its authorities."""
    services = [service for service, codes in draft.members.items() if len(set(codes)) > 1]
    if not services or not draft.chance(0.5):
        return
    service = draft.one_of(services)
    indicator, version, measure = draft.one_of(definitions)
    for period in draft.rng.sample(list(PERIODS), 2) if draft.chance(0.6) else periods:
        events, base = draft.rng.randint(2, 90), 100.0
        for code in sorted(set(draft.members[service])):
            start, end = PERIODS[period]
            draft.world.observe(
                code, float(events), area_type="authority", indicator_id=indicator, definition_version=version,
                numerator=float(events), denominator=None if measure == "count" else base, period_start=start,
                period_end=end, period_label=period, period_type="quarter" if "Q" in period else "year",
                source_id=draft.name("figures"), **draft.delivered(4),
            )  # fmt: skip
            events += draft.weighted({0: 30, 1: 1})


def _differenced(draft: Draft, periods: list[str]) -> None:
    """A count of a service beside those of its authorities, one or two of them suppressed."""
    services = [service for service, codes in draft.members.items() if len(set(codes)) > 1]
    if not services or not draft.chance(0.25):
        return
    service, period = draft.one_of(services), draft.one_of(periods)
    codes = sorted(set(draft.members[service]))
    hidden = draft.rng.sample(codes, draft.weighted({1: 4, 2: 1}))
    start, end = PERIODS[period]
    for code in (service, *codes):
        draft.world.observe(
            code, None if code in hidden else 50.0, area_type="authority" if code in codes else "youth_justice_service",
            indicator_id=draft.name("count"), value_marker="c" if code in hidden else None, period_start=start,
            period_end=end, period_label=period, period_type="quarter" if "Q" in period else "year",
            source_id=draft.name("figures"), **draft.delivered(5),
        )  # fmt: skip


def _expected(draft: Draft, periods: list[str]) -> None:
    areas = [("youth_justice_service", service) for service in draft.services]
    areas += [("authority", code) for code in draft.authorities] + [("publisher", "publisher")]
    for area_type, code in areas:
        for period in periods:
            if draft.chance(0.12):
                start, end = PERIODS[period]
                draft.add(
                    "expected_deliveries", source_id=draft.name("figures"), area_type=area_type, area_code=code,
                    period_start=start, period_end=end, period_label=period,
                    period_type="quarter" if "Q" in period else "year", due_date=end + timedelta(days=30),
                    late_after=end + timedelta(days=30), is_late=True,
                    status=draft.weighted({"missing": 6, "refused": 2, "late": 2, "due": 2}),
                )  # fmt: skip


def _contributions(draft: Draft, indicators: list[str]) -> None:
    for number in range(draft.weighted({0: 5, 1: 2, 2: 3, 3: 2})):
        service = draft.one_of(draft.services)
        teams = [f"Service {service}", f" service {service.upper()} ", "Early help team", "Other team", "other TEAM"]
        again = draft.one_of([1, 1, 1, 2])
        for delivery in range(1, again + 1):
            draft.add(
                "contributions", contribution_id=draft.name(f"part{number}"), service_id=service,
                contributor=draft.one_of(teams), role=draft.one_of(["claims", "claims", "records", "delivers"]),
                indicator_id=draft.one_of([None, *indicators]), source="Plan", source_date=date(2024, 6, 1),
                valid_from=draft.one_of([None, date(2023, 4, 1)]), valid_to=draft.one_of([None, date(2024, 3, 31)]),
                **draft.delivered(delivery),
            )  # fmt: skip


def _evidence(draft: Draft, indicators: list[str]) -> None:
    for number in range(draft.weighted({0: 5, 1: 3, 2: 1, 3: 1})):
        typology = draft.one_of([None, None, "yjb_2024"])
        service = draft.one_of([None, *draft.services])
        code = draft.one_of(draft.authorities) if service is None else draft.one_of([None, None, *draft.authorities])
        for delivery in range(1, draft.one_of([1, 1, 2]) + 1):
            draft.add(
                "gap_evidence", evidence_id=draft.name(f"said{number}"), kind=draft.one_of(DECLARED),
                service_id=service, area_code=code, indicator_id=draft.one_of([None, None, *indicators]),
                definition_version=draft.one_of([None, None, "v1"]), typology_id=typology,
                model_id=draft.one_of([None, "umbrella", "delivery"]) if typology else None,
                valid_from=draft.one_of([None, date(2023, 4, 1)]), valid_to=draft.one_of([None, date(2024, 3, 31)]),
                statement="Said by a person", source="Letter", source_date=date(2024, 6, 1), recorded_by="A. Quill",
                **draft.delivered(delivery),
            )  # fmt: skip
