"""Random histories of services: what documents say of how they were organised, and what people decided."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.integration.warehouse.worlds.days import months_later
from tests.integration.warehouse.worlds.draft import Draft

MODELS = {
    "yjb_2024": ("delivery", "umbrella", "portfolio", "directorate", "standalone"),
    "fielder_2007": ("childrens_services_all", "community_safety", "freestanding"),
    "yjb_2024_focus_area": ("all_children", "early_help", "safeguarding"),
}
# The years a document of the scheme may speak of.
YEARS = {
    "yjb_2024": (date(2016, 4, 1), date(2024, 12, 31)),
    "fielder_2007": (date(2007, 4, 1), date(2010, 12, 31)),
    "yjb_2024_focus_area": (date(2022, 4, 1), date(2024, 12, 31)),
}
QUOTES = (None, None, "An Integrated service for children.", "Several services had recently transitioned.")


def draw_claims(draft: Draft) -> None:
    """A history of each service in one or more schemes; now and then a register says it again."""
    for service in draft.services:
        for typology, share in {"yjb_2024": 0.95, "fielder_2007": 0.6, "yjb_2024_focus_area": 0.15}.items():
            if draft.chance(share):
                pen = Pen(draft, service, typology)
                draft.weighted(PATTERNS)(pen)
                if draft.chance(0.15):
                    _noise(pen)
                if draft.chance(0.08):
                    _restated(pen)
                if pen.ids and draft.chance(0.25):
                    _decide(draft, pen.ids)


class Pen:
    """Writes claims of one service in one scheme."""

    def __init__(self, draft: Draft, service: str, typology: str) -> None:
        self.draft, self.service, self.typology = draft, service, typology
        self.first, self.last = YEARS[typology]
        self.ids: list[str] = []

    def models(self, number: int) -> list[str]:
        """Different models of the scheme."""
        return self.draft.rng.sample(MODELS[self.typology], number)

    def day(self) -> date:
        """A day in the years of the scheme."""
        return self.draft.day(self.first, self.last)

    def early(self) -> date:
        """A day in the first half of them."""
        return self.draft.day(self.first, self.first + (self.last - self.first) / 2)

    def late(self) -> date:
        """A day in the last quarter of them."""
        return self.draft.day(self.last - (self.last - self.first) / 4, self.last)

    def claim(self, model: str, tenure: str = "in_force", **columns: Any) -> str:
        """A claim of a document of its own, unless a document is named."""
        draft = self.draft
        draft.documents += 1
        known = {
            "typology_id": self.typology, "valid_from": self.early(), "source": f"Plan {draft.documents}",
            "source_date": self.late(), "source_id": draft.name("structures"),
            "coder": draft.one_of(["one", "two", None]),
            "scope_percent": draft.weighted({100.0: 12, None: 1, 40.0: 1}),
            "from_precision": draft.weighted({"day": 10, "month": 6, "year": 1, "unknown": 1}),
        }  # fmt: skip
        row = known | columns
        if row["valid_from"] is None:
            row["from_precision"] = "unknown"
        self.ids.append(draft.world.claim(self.service, model, tenure, **row))
        return self.ids[-1]


def _steady(pen: Pen) -> None:
    (model,) = pen.models(1)
    pen.claim(model)
    if pen.draft.chance(0.3):
        pen.claim(model, valid_from=pen.early())


def _changed(pen: Pen) -> None:
    """A model after another, each from a document of its own time."""
    day = pen.early()
    model = None
    for _ in range(pen.draft.rng.randint(2, 4)):
        model = pen.draft.one_of([name for name in MODELS[pen.typology] if name != model])
        until = pen.draft.weighted({None: 4, day + timedelta(days=pen.draft.rng.randint(30, 900)): 1})
        pen.claim(
            model, valid_from=day, valid_to=until, source_date=day + timedelta(days=pen.draft.rng.randint(0, 200))
        )
        day = min(pen.last, pen.draft.day(day + timedelta(days=60), day + timedelta(days=1100)))


def _one_document(pen: Pen) -> None:
    """A document that tells a whole history, or several models at once."""
    document: dict[str, Any] = {"source": "History", "source_date": pen.late()}
    same_day = pen.early()
    for model in pen.models(pen.draft.rng.randint(2, 3)):
        pen.claim(model, valid_from=same_day if pen.draft.chance(0.6) else pen.day(), **document)


def _conflicting(pen: Pen) -> None:
    for model in pen.models(2):
        pen.claim(model, valid_to=pen.draft.weighted({None: 3, pen.last: 1, pen.late(): 1}))
    if pen.draft.chance(0.5):
        _decide(pen.draft, pen.ids)


def _interim(pen: Pen) -> None:
    before, after = pen.models(2)
    pen.claim(before, source_date=pen.early())
    pen.claim(after, "interim", valid_from=pen.day())


def _planned(pen: Pen) -> None:
    (model,) = pen.models(1)
    written = pen.early()
    pen.claim(model, "planned", valid_from=pen.draft.one_of([None, written + timedelta(days=300)]), source_date=written)
    if pen.draft.chance(0.3):
        pen.claim(
            model, "cancelled", valid_from=None, source_date=written + timedelta(days=pen.draft.rng.randint(-90, 300))
        )
    if pen.draft.chance(0.3):
        pen.claim(pen.models(1)[0], "planned", valid_from=None, source_date=pen.day())
    if pen.draft.chance(0.2):
        pen.claim(model, valid_from=pen.late())


def _unclear(pen: Pen) -> None:
    pen.claim(UNASSIGNED.get(pen.typology) or pen.models(1)[0], quote=pen.draft.one_of(QUOTES))
    if pen.draft.chance(0.3):
        pen.claim(pen.models(1)[0], valid_from=pen.late())


def _stale(pen: Pen) -> None:
    written = pen.draft.day(pen.first, pen.first + (pen.last - pen.first) * 3 / 4)
    pen.claim(pen.models(1)[0], valid_from=pen.first, source_date=written)


def _on_the_edge(pen: Pen) -> None:
    """Evidence, beginnings and endings within a day or so of where a threshold lies."""
    draft = pen.draft
    end = draft.one_of([date(2024, 12, 31), date(2024, 6, 30), date(2024, 3, 31), date(2011, 3, 31)])
    before, model = pen.models(2)

    def near(months: int) -> date:
        return months_later(end, -months) + timedelta(days=draft.rng.randint(-1, 1))

    months = draft.one_of([12, 18, 24, 30, 36])
    if draft.chance(0.4):
        pen.claim(model, valid_from=pen.first, source_date=near(months), from_precision="day")
    elif draft.chance(0.5):
        pen.claim(before, valid_from=pen.first, valid_to=near(months) - timedelta(days=1), source_date=pen.late())
        pen.claim(model, valid_from=near(draft.one_of([3, 12, 15, 24])), from_precision="day")
    else:
        # In place for some months, give or take days of two months.
        first = date(2023, draft.rng.randint(1, 12), draft.rng.randint(2, 28))
        last = months_later(first, draft.one_of([6, 12, 24])) + timedelta(days=draft.rng.randint(-20, 20))
        pen.claim(model, valid_from=first, valid_to=last, source_date=last, from_precision="day")


def _undated(pen: Pen) -> None:
    pen.claim(pen.models(1)[0], source_date=None)


def _ended(pen: Pen) -> None:
    model, after = pen.models(2)
    pen.claim(model)
    pen.claim(
        model, "ended", valid_from=pen.draft.one_of([None, pen.first]), valid_to=pen.draft.one_of([None, pen.late()])
    )
    if pen.draft.chance(0.4):
        pen.claim(after, valid_from=pen.late())


def _silent(pen: Pen) -> None:
    """Nobody says anything."""


def _noise(pen: Pen) -> None:
    """Anything at all."""
    for _ in range(pen.draft.rng.randint(1, 4)):
        tenure = pen.draft.one_of(["in_force", "in_force", "interim", "planned", "ended", "cancelled"])
        first = pen.draft.one_of([None, pen.day(), pen.day()])
        last = pen.draft.one_of([None, None, pen.day()])
        pen.claim(
            pen.draft.one_of([*pen.models(1), UNASSIGNED.get(pen.typology) or pen.models(1)[0]]), tenure,
            valid_from=first, valid_to=last if first is None or last is None or last >= first else None,
            source=pen.draft.one_of(["Plan A", "Plan B"]), quote=pen.draft.one_of(QUOTES),
            source_date=pen.draft.one_of([None, pen.day(), pen.day(), pen.day()]),
            source_id=pen.draft.name(pen.draft.one_of(["structures", "structures", "other_structures"])),
        )  # fmt: skip


def _restated(pen: Pen) -> None:
    """The register says it all again in a later delivery, otherwise."""
    before = len(pen.ids)
    for model in pen.models(2)[: pen.draft.rng.randint(1, 2)]:
        pen.claim(model, **pen.draft.delivered(2, month=4))
    pen.ids[:] = [*pen.ids[before:], *pen.ids[:before]]


def _decide(draft: Draft, ids: list[str]) -> None:
    for _ in range(draft.rng.randint(1, 2)):
        number = len(draft.world.rows.get("decisions", []))
        day = date(2025, 1, draft.rng.randint(1, 3))
        draft.add("decisions", decision_id=draft.name(f"ruling{number}"), decision_kind="resolve_conflict",
                  subject=draft.one_of(ids), decided_by="A. Quill", decided_on=day, reason="Plan read again",
                  recorded_at=datetime(2025, 2, 1))  # fmt: skip


UNASSIGNED = {"yjb_2024": "unassigned", "fielder_2007": "unassigned"}
Pattern = Callable[[Pen], None]
PATTERNS: dict[Pattern, float] = {
    _steady: 14, _changed: 6, _one_document: 2, _conflicting: 3, _interim: 2, _planned: 3, _unclear: 2, _stale: 3,
    _on_the_edge: 4, _undated: 1, _ended: 2, _silent: 2, _noise: 3,
}  # fmt: skip
