"""A world being drawn: its random numbers, its own prefix and what has been drawn so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, TypeVar

from tests.integration.warehouse.world import World

T = TypeVar("T")
SINCE = date(2009, 4, 1)


@dataclass
class Draft:
    """One world. Every name in it begins with its number, so that worlds in one build cannot touch."""

    number: int
    rng: Random
    world: World = field(default_factory=World)
    services: list[str] = field(default_factory=list)
    nations: dict[str, str] = field(default_factory=dict)
    authorities: list[str] = field(default_factory=list)
    members: dict[str, list[str]] = field(default_factory=dict)
    districts: list[str] = field(default_factory=list)
    documents: int = 0

    def name(self, word: str) -> str:
        """A name of this world alone."""
        return f"w{self.number:04}_{word}"

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.rng.random() < share

    def one_of(self, choices: Sequence[T]) -> T:
        """One of several, each as likely."""
        return self.rng.choice(choices)

    def weighted(self, choices: dict[T, float]) -> T:
        """One of several, by weight."""
        return self.rng.choices(list(choices), list(choices.values()))[0]

    def day(self, first: date, last: date) -> date:
        """Any day, more often than not the first of a month."""
        day = first + timedelta(days=self.rng.randint(0, (last - first).days))
        return max(first, day.replace(day=1)) if self.chance(0.6) else day

    def add(self, shape: str, **columns: Any) -> dict[str, Any]:
        """A row of a register of this world."""
        return self.world.add(shape, **({"source_id": self.name("register")} | columns))

    def delivered(self, number: int, month: int = 1) -> dict[str, Any]:
        """Provenance of a delivery: later numbers are learnt later, and mostly published later."""
        at = datetime(2025, month, 1) + timedelta(days=number)
        return {"delivery_id": f"D{number:04}", "published_at": at, "recorded_at": at}

    def area(self, word: str, area_type: str = "authority", **columns: Any) -> str:
        """Registers an area, in force since 2009 unless said otherwise; returns its code."""
        code = self.name(word)
        known = {"area_name": f"Area {word}", "nation": "England", "valid_from": SINCE}
        self.add("authorities", area_code=code, area_type=area_type, **(known | columns))
        if area_type == "authority":
            self.authorities.append(code)
        return code

    def member(
        self, service: str, code: str, first: date | None = SINCE, last: date | None = None, **more: Any
    ) -> None:
        """States a membership; a service is of one nation, or its register leaves that to its authorities."""
        self.members.setdefault(service, []).append(code)
        known = {"service_name": f"Service {service}", "nation": self.nations[service], "evidence": "Register",
                 "evidence_date": date(2024, 1, 1)}  # fmt: skip
        self.add("service_memberships", service_id=service, area_code=code, valid_from=first, valid_to=last,
                 **(known | more))  # fmt: skip
