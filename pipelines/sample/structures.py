"""The registers of structural models: claims with dates and evidence, dealt to services by lot.

Nothing else in the sample reads them: the numbers are made without knowing any service's model, so a difference
between models in the sample is chance.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.sample.country import ENGLAND, MERGED, WALES, Country, Service
from pipelines.sample.names import FICTIONAL

# The 155 plans of 2023/24 as the YJB 2024 report uses them (attribution_gaps.md Y1 to Y3).
PLANS_2024 = {"directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24, "unassigned": 13}
WITHOUT_PLAN_2024 = {ENGLAND: 11, WALES: 2}
SURVEY_2007 = {
    "childrens_services_all": 38,
    "childrens_services_youth": 34,
    "community_safety": 28,
    "freestanding": 15,
    "other": 8,
    "unassigned": 8,
}

_ASSIGNED = "unassigned"
_CODERS = (f"{FICTIONAL} coder A", f"{FICTIONAL} coder B")


@dataclass(frozen=True)
class Claim:
    """One row of the register, in the order of its columns."""

    service: str
    typology: str
    model: str
    tenure: str
    valid_from: str | None
    from_precision: str
    valid_to: str | None
    to_precision: str
    scope_percent: int
    source: str
    source_date: str
    page: str
    quote: str
    coder: str


def structure_register(country: Country, seed: int) -> pl.DataFrame:
    """Every claim of both typologies, as one register."""
    rng = np.random.default_rng([seed, 3])
    claims = [*_of_2024(country, rng), *_of_2007(country, rng)]
    return pl.DataFrame([asdict(claim) for claim in claims], infer_schema_length=None)


def _of_2024(country: Country, rng: np.random.Generator) -> Iterator[Claim]:
    """The plans of 2023/24, then what other documents say of single services."""
    first_new, second_new = country.split_into
    settled = {second_new: None, first_new: _ASSIGNED, country.merged: "directorate"}
    dealt = _deal_2024(country, settled, rng)
    claims = {}
    for service, model in dealt.items():
        began, precision = _long_ago(rng, 2012, 2019)
        began = max(began, service.first_day)
        if service.code == country.merged:
            began, precision = MERGED, "day"
        plan = f"Youth justice plan 2023/24, {service.name} ({FICTIONAL})"
        claims[service] = _claim(
            service, "yjb_2024", model, began, precision, plan, _day(rng, date(2024, 1, 8), 80), rng
        )
    plain = [s for s in dealt if len(s.members) == 1 and s.code not in settled and s.code != country.recoded]
    with_model = {m: iter([s for s in plain if dealt[s] == m]) for m in PLANS_2024}

    for model, after, on, precision in (
        ("directorate", "umbrella", date(2024, 4, 1), "day"),
        ("portfolio", "delivery", date(2024, 7, 1), "day"),
        ("umbrella", "delivery", date(2024, 6, 1), "month"),
        ("directorate", "portfolio", date(2024, 10, 1), "day"),
    ):
        moved = next(with_model[model])
        told = f"Board paper on the move of the service, {moved.name} ({FICTIONAL})"
        if on.month == 10:
            last = (on - timedelta(days=1)).isoformat()
            claims[moved] = replace(claims[moved], valid_to=last, to_precision="day")
        yield _claim(moved, "yjb_2024", after, on, precision, told, on + timedelta(days=75), rng)
    for model in ("directorate", "portfolio"):
        service = next(with_model[model])
        claims[service] = replace(
            claims[service], tenure="interim", valid_from="2022-11-01", from_precision="day",
            quote=f"{FICTIONAL}: an interim arrangement until the review of services reports",
        )  # fmt: skip
    for model in ("umbrella", "delivery"):
        service = next(with_model[model])
        claims[service] = replace(
            claims[service], tenure="planned", valid_from="2025-04-01", from_precision="month",
            quote=f"{FICTIONAL}: the service will move within the next 12 months",
        )  # fmt: skip
    for model, after in (("portfolio", "umbrella"), ("directorate", "delivery"), ("umbrella", "delivery")):
        service = next(with_model[model])
        yield replace(
            claims[service], model=after, tenure="planned", valid_from="2026-04-01", from_precision="year",
            source=f"Management board minutes, {service.name} ({FICTIONAL})",
            quote=f"{FICTIONAL}: the board intends a closer form of integration",
        )  # fmt: skip
    disputed = next(with_model["portfolio"])
    report = f"Inspection report, {disputed.name} ({FICTIONAL})"
    began = date.fromisoformat(str(claims[disputed].valid_from))
    yield _claim(disputed, "yjb_2024", "directorate", began, "month", report, date(2023, 11, 14), rng)
    undated = next(with_model["delivery"])
    claims[undated] = replace(claims[undated], source_date="2023-10-20")
    told = f"Annual report 2024, {undated.name} ({FICTIONAL})"
    yield _claim(undated, "yjb_2024", "umbrella", date(2024, 1, 1), "year", told, date(2025, 1, 20), rng)
    for model, told_on in (("directorate", "2021-06-30"), ("umbrella", "2022-09-30")):
        stale = next(with_model[model])
        several_years = f"Youth justice plan 2023/24, carried over from {told_on[:4]}, {stale.name} ({FICTIONAL})"
        claims[stale] = replace(claims[stale], source=several_years, source_date=told_on)
    before = next(with_model["directorate"])
    began = date.fromisoformat(str(claims[before].valid_from))
    told = f"Annual report {began.year}, {before.name} ({FICTIONAL})"
    history = _claim(before, "yjb_2024", "standalone", date(2008, 4, 1), "year", told, began, rng)
    yield replace(
        history, tenure="ended", valid_to=(began - timedelta(days=1)).isoformat(), to_precision="day",
        quote=f"{FICTIONAL}: until then the service stood alone",
    )  # fmt: skip
    yield from claims.values()


def _deal_2024(country: Country, settled: dict[str, str | None], rng: np.random.Generator) -> dict[Service, str]:
    """Services with a usable plan and their model; services whose plan cannot be used are left out."""
    on = date(2023, 12, 31)
    usable: list[Service] = []
    for nation, without in WITHOUT_PLAN_2024.items():
        services = country.services_on(on, nation)
        free = [s for s in services if s.code not in settled]
        without -= sum(s.code in settled and settled[s.code] is None for s in services)
        dropped = set(rng.permutation(len(free))[:without].tolist())
        usable += [s for place, s in enumerate(free) if place not in dropped]
    left = dict(PLANS_2024)
    dealt: dict[Service, str] = {}
    for service in country.services_on(on):
        model = settled.get(service.code)
        if model is not None:
            dealt[service] = model
            left[model] -= 1
    return dealt | _deal(usable, left, rng)


def _of_2007(country: Country, rng: np.random.Generator) -> Iterator[Claim]:
    """The places of services in council structure while the National Indicators ran: English services only."""
    services = country.services_on(date(2007, 4, 1), ENGLAND)
    dealt = _deal(services, SURVEY_2007, rng)
    claims = {}
    for service, model in dealt.items():
        began, precision = _long_ago(rng, 2002, 2005)
        survey = f"Survey of youth offending teams 2009, {service.name} ({FICTIONAL})"
        told = _day(rng, date(2009, 11, 2), 120)
        claims[service] = _claim(service, "fielder_2007", model, began, precision, survey, told, rng)
    plain = [s for s in dealt if len(s.members) == 1]
    with_model = {m: iter([s for s in plain if dealt[s] == m]) for m in SURVEY_2007}
    for model, after, on in (
        ("community_safety", "childrens_services_youth", date(2008, 4, 1)),
        ("childrens_services_all", "community_safety", date(2008, 9, 1)),
        ("childrens_services_all", "childrens_services_youth", date(2009, 4, 1)),
    ):
        moved = next(with_model[model])
        last = (on - timedelta(days=1)).isoformat()
        claims[moved] = replace(claims[moved], valid_to=last, to_precision="day")
        told = date.fromisoformat(claims[moved].source_date)
        yield _claim(moved, "fielder_2007", after, on, "day", claims[moved].source, told, rng)
    for model in ("community_safety", "childrens_services_all"):
        interim = next(with_model[model])
        claims[interim] = replace(
            claims[interim], tenure="interim", quote=f"{FICTIONAL}: the service is in an interim situation"
        )
    for model in ("childrens_services_youth", "childrens_services_all"):
        planned = next(with_model[model])
        claims[planned] = replace(
            claims[planned], tenure="planned", valid_from="2010-04-01", from_precision="month",
            quote=f"{FICTIONAL}: the move is planned for the coming year",
        )  # fmt: skip
    yield from claims.values()


def _deal(services: list[Service], models: dict[str, int], rng: np.random.Generator) -> dict[Service, str]:
    """Models dealt by lot; services beyond the number of models get none."""
    labels = [model for model, count in models.items() for _ in range(count)]
    drawn = [services[place] for place in rng.permutation(len(services))[: len(labels)]]
    dealt = dict(zip(drawn, labels, strict=True))
    return {service: dealt[service] for service in services if service in dealt}


def _claim(
    service: Service, typology: str, model: str, began: date, precision: str, source: str, told: date,
    rng: np.random.Generator,
) -> Claim:  # fmt: skip
    quote = "gives no clear indication of where it sits" if model == _ASSIGNED else f"describes itself as: {model}"
    return Claim(
        service.name, typology, model, "in_force", began.isoformat(), precision, None, "open", 100, source,
        told.isoformat(), f"p. {int(rng.integers(3, 40))}", f"{FICTIONAL}: the service {quote.replace('_', ' ')}",
        _CODERS[int(rng.integers(0, 2))],
    )  # fmt: skip


def _long_ago(rng: np.random.Generator, first: int, last: int) -> tuple[date, str]:
    """A first day in these years, mostly known to the day or the month."""
    began = date(int(rng.integers(first, last + 1)), int(rng.choice([4, 4, 4, 9, 11])), 1)
    return began, str(rng.choice(["day", "month", "year"], p=[0.6, 0.3, 0.1]))


def _day(rng: np.random.Generator, first: date, days: int) -> date:
    return first + timedelta(days=int(rng.integers(0, days)))
