"""The intervals of the warehouse against a reading of the same rules day by day, over random claims.

The reading is as slow and plain as can be: for each day, who says what. It shares no step with the SQL.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

SERVICES = 400
DAYS = 300
FIRST = date(2020, 1, 1)
ORDERED = {"delivery": 5, "umbrella": 4, "portfolio": 3, "directorate": 2, "unassigned": 0}
UNORDERED = {"childrens_services_all": 5, "community_safety": 3, "freestanding": 2, "unassigned": 0}
SEVERAL = {"early_help": 9, "education": 6, "social_care": 3, "unassigned": 0}
TYPOLOGIES = {"yjb_2024": ORDERED, "fielder_2007": UNORDERED, "yjb_2024_focus_area": SEVERAL}


@dataclass(frozen=True)
class Claim:
    assertion_id: str
    model: str
    tenure: str
    valid_from: date | None
    valid_to: date | None
    source: str
    source_date: date
    scope: float

    @property
    def starts(self) -> date:
        return self.valid_from or self.source_date

    @property
    def holds(self) -> bool:
        """Whether it speaks of days at all: a plan does not, nor does an ending that gives no first day."""
        if self.tenure == "ended":
            return self.valid_from is not None and self.valid_to is not None
        return self.tenure in ("in_force", "interim")


def last_day(claim: Claim, claims: list[Claim]) -> date:
    """Last day of a claim: stated, or ended by a document, or by the next claim that is a later event."""
    if claim.valid_to:
        return claim.valid_to
    ends = [date.max]
    for other in claims:
        if other.tenure == "ended" and other.model == claim.model:
            ended = other.valid_to or other.source_date
            if ended >= claim.starts and (other.valid_to or other.source_date > claim.source_date):
                ends.append(ended)
        if other.holds and other.starts > claim.starts:
            is_event = other.starts > claim.source_date
            if is_event or other.source == claim.source:
                ends.append(other.starts - timedelta(days=1))
    return min(ends)


def on(day: date, spans: list[tuple[Claim, date]], typology: str, ruled: list[str]) -> tuple[object, ...] | None:
    """Model, whether contested, tenure, scope and levels of one day; None where nobody says anything."""
    order = TYPOLOGIES[typology]
    standing = [claim for claim, last in spans if claim.starts <= day <= last]
    if not standing:
        return None
    labels: dict[str, set[str]] = {}
    for claim in standing:
        labels.setdefault(claim.source, set()).add(claim.model)
    if typology == "yjb_2024":
        labels = {source: {max(models, key=order.__getitem__)} for source, models in labels.items()}
    stated = {model for models in labels.values() for model in models}
    known = stated - {"unassigned"}
    model, contested = next(iter(known or stated)), False
    if len(known) > 1:
        upheld = [c.model for decision in reversed(ruled) for c in standing if c.assertion_id == decision]
        model = upheld[0] if upheld and typology != "yjb_2024_focus_area" else None
        contested = model is None and typology != "yjb_2024_focus_area"
    support = [c for c in standing if model is None or c.model == model]
    newest_day = max(c.source_date for c in support)
    newest = sorted(
        (c for c in support if c.source_date == newest_day), key=lambda c: (c.tenure != "interim", c.assertion_id)
    )[0]
    behind = {source for source, models in labels.items() if model is None or model in models}
    levels = {c.model for c in support} | (
        {c.model for c in standing if c.source in behind} if typology == "yjb_2024" else set()
    )
    tenure = "interim" if newest.tenure == "interim" else "in_force"
    return model, contested, tenure, newest.scope, frozenset(levels - {"unassigned"})


def made(chance: random.Random, world: World, service: str, typology: str) -> tuple[list[Claim], list[str]]:
    claims = []
    for number in range(chance.randint(1, 7)):
        day = FIRST + timedelta(days=chance.choice([0, 20, 21, 60, 61, 120, 200, 280]))
        tenure = chance.choice(["in_force"] * 6 + ["interim", "planned", "cancelled", "ended", "ended"])
        valid_from = day if chance.random() < 0.8 else None
        valid_to = day + timedelta(days=chance.choice([0, 5, 40, 100, 300])) if chance.random() < 0.3 else None
        said = {
            "model": chance.choice(list(TYPOLOGIES[typology])),
            "tenure": tenure,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "source": chance.choice("ABC"),
            "source_date": FIRST + timedelta(days=chance.choice([0, 20, 60, 100, 199, 250, 300])),
        }
        scope = chance.choice([100.0, 100.0, 40.0])
        if valid_to and valid_from is None and said["source_date"] > valid_to:
            continue  # refused at intake: it ends before any day it could start on
        assertion = world.claim(
            service, typology_id=typology, from_precision="day", to_precision="day" if valid_to else "open",
            page=str(number), scope_percent=scope, **said,
        )  # fmt: skip
        claims.append(Claim(assertion, scope=scope, **said))
    ruled = [claim.assertion_id for claim in claims if chance.random() < 0.1]
    for number, assertion in enumerate(ruled):
        world.add("decisions", decision_id=f"{service}-{number}", decision_kind="resolve_conflict", subject=assertion,
                  decided_by="A person", decided_on=date(2024, 9, 1 + number), reason="read both",
                  recorded_at=datetime(2024, 9, 1))  # fmt: skip
    return claims, ruled


def test_every_day_of_random_services_is_as_the_claims_say(compiled: Compiled, tmp_path: Path) -> None:
    chance = random.Random(2026)
    world = World()
    services = {}
    for number in range(SERVICES):
        typology = chance.choice([*TYPOLOGIES, "yjb_2024"])
        services[f"service{number}"] = (typology, *made(chance, world, f"service{number}", typology))
    connection = compiled.build(world.write(tmp_path))
    found: dict[str, list[tuple[object, ...]]] = {}
    for service, first, last, *rest in connection.execute("""
        select service_id, valid_from, coalesce(valid_to, date '9999-12-31'), model_id, is_contested, tenure,
            scope_percent, levels, assertion_ids
        from structures
    """).fetchall():
        found.setdefault(service, []).append((first, last, *rest))
    contested = 0
    for service, (typology, claims, ruled) in services.items():
        spans = [(claim, last_day(claim, claims)) for claim in claims if claim.holds]
        for offset in range(0, DAYS + 60, 5):
            for day in (FIRST + timedelta(days=offset), FIRST + timedelta(days=offset + 1)):
                expected = on(day, spans, typology, ruled)
                stretches = [each for each in found.get(service, []) if each[0] <= day <= each[1]]
                assert len(stretches) == (expected is not None), (service, day)
                if expected:
                    ((_, _, model, is_contested, tenure, scope, levels, behind),) = stretches
                    assert (model, is_contested, tenure, scope) == expected[:4], (service, day)
                    assert expected[4] <= set(levels or ()), (service, day)
                    standing = {claim.assertion_id for claim, last in spans if claim.starts <= day <= last}
                    assert standing <= set(behind), (service, day)
                    contested += is_contested
    assert contested > 100, "the claims must really conflict"
