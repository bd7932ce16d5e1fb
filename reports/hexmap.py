"""Maps of hexagons that were loaded, and what of a release is drawn on them: models of services, values of areas.

Two maps share no grid, so each is a picture of its own. An area that a map has and the registers do not know stands
empty, and what a map lacks is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from reports.areas import Area
from reports.charts import hexmap as chart
from reports.charts.drawing import Drawings
from reports.charts.hexmap import Hex
from reports.figures import Figure
from reports.language import _
from reports.numbers import count, several
from reports.release import Release, Row
from reports.tables import Column, table

_SMALL, _LARGE = 220, 560
_HEXES = """
select delivery_id, map_key, area_code, coalesce(other_name, area_name) as area_name, "column", line
from area_hexes
order by delivery_id, line desc, "column", map_key
"""


@dataclass(frozen=True)
class Map:
    """One map: its delivery and its hexagons."""

    delivery_id: str
    cells: tuple[Row, ...]


def load(release: Release) -> list[Map]:
    """The maps of a release; none where none was loaded."""
    if not release.has("area_hexes"):
        return []
    rows = release.rows(_HEXES)
    return [Map(delivery, tuple(cells)) for delivery, cells in groupby(rows, lambda row: row["delivery_id"])]


def of_models(
    maps: Sequence[Map],
    areas: Mapping[str, Area],
    models: Sequence[str],
    model_of: Mapping[str, str],
    drawings: Drawings,
) -> list[Figure]:
    """Each map with a panel for each model.

    Args:
        maps: those loaded.
        areas: of the release: say which service an authority is in.
        models: labels in the order of the typology.
        model_of: the label of the model that a service has now; services without one are left out.
        drawings: where charts are drawn.
    """
    services = _services(areas)
    figures = []
    for number, one in enumerate(maps, start=1):
        hexes, without = [], 0
        for cell in one.cells:
            model = model_of.get(services.get(cell["area_code"], ""), "")
            without += not model
            hexes.append(Hex(cell["column"], cell["line"], _named(cell, model), frozenset([model] if model else [])))
        shown = [model for model in models if any(model in place.groups for place in hexes)]
        if not shown:
            continue
        held = "; ".join(f"{model}: {count(sum(model in place.groups for place in hexes))}" for model in shown)
        words = _("Hexagon map, one panel for each structural model, its authorities filled. %(held)s.") % {
            "held": held
        }
        figures.append(
            Figure(
                identity=f"map-{number}",
                title=_("%(held)s of the %(whole)s authorities of this map have a model")
                % {"held": count(len(hexes) - without), "whole": count(len(hexes))},
                subtitle=_("Structural model in force last, by authority; each is one hexagon of the same size."),
                drawing=drawings.draw(chart.panels(hexes, shown, _SMALL), words),
                words=words,
                table_note=_("Every service stands in the table of this page, with its model and evidence."),
                note=_without(without),
            )
        )
    return figures


def of_values(
    maps: Sequence[Map],
    areas: Mapping[str, Area],
    values: Mapping[str, tuple[float, str]],
    drawings: Drawings,
    what: str,
) -> list[Figure]:
    """Each map with values in five steps that hold equally many different values, with the bounds of each as printed.

    Args:
        maps: those loaded.
        areas: of the release: a value of a service is that of each of its authorities.
        values: number and printed form, by area code or service.
        drawings: where charts are drawn.
        what: the indicator and its period.
    """
    ordered = sorted({value for value, _shown in values.values()})
    if len(ordered) < len(chart.STEPS):
        return []
    services = _services(areas)
    figures = []
    for number, one in enumerate(maps, start=1):
        hexes: list[Hex] = []
        held: list[tuple[float, str, int]] = []
        for cell in one.cells:
            code = cell["area_code"] or ""
            found = values.get(code) or values.get(services.get(code, ""))
            step = _step(ordered, found[0]) if found else None
            if found and step is not None:
                held.append((found[0], found[1], step))
            named = _named(cell, found[1] if found else _("no value"))
            hexes.append(Hex(cell["column"], cell["line"], named, step=step))
        if not held:
            continue
        bounds = _bounds(held)
        words = _("Hexagon map of %(what)s, in five steps: %(steps)s.") % {
            "what": what,
            "steps": "; ".join(f"{digit}: {reach}" for digit, reach in bounds),
        }
        columns = [Column(_("Step")), Column(_("Values"), is_numeric=True)]
        figures.append(
            Figure(
                identity=f"map-{number}",
                title=_("Values are held for %(held)s of the %(whole)s authorities of this map")
                % {"held": count(len(held)), "whole": count(len(hexes))},
                subtitle=_("%(what)s, by authority, in five steps from the smallest values (1) to the largest (5).")
                % {"what": what},
                drawing=drawings.draw(chart.steps(hexes, _LARGE), words),
                words=words,
                table=table(_("Steps of map %(number)s") % {"number": number}, columns, bounds),
                table_note=_("Every value stands in the table of latest values, by name."),
                note=_without(len(hexes) - len(held)),
            )
        )
    return figures


def _bounds(held: Sequence[tuple[float, str, int]]) -> list[tuple[str, str]]:
    """The digit of each step, and its smallest and largest value as printed."""
    found = []
    for step in range(len(chart.STEPS)):
        of_step = sorted((value, shown) for value, shown, at in held if at == step)
        reach = _("%(low)s to %(high)s") % {"low": of_step[0][1], "high": of_step[-1][1]} if of_step else _("none")
        found.append((str(step + 1), reach))
    return found


def _services(areas: Mapping[str, Area]) -> dict[str, str]:
    """The service that each authority is in now, else the last that it was in."""
    found: dict[str, Row] = {}
    for area in areas.values():
        for member in area.members if area.is_service else ():
            known = found.get(member["area_code"])
            if known is None or _until(member) > _until(known):
                found[member["area_code"]] = member
    return {code: str(member["service_id"]) for code, member in found.items()}


def _until(member: Row) -> date:
    return member["valid_to"] or date.max


def _step(ordered: Sequence[float], value: float) -> int:
    """Fifths of the different values, from the smallest."""
    return min(len(chart.STEPS) - 1, len(chart.STEPS) * ordered.index(value) // len(ordered))


def _named(cell: Row, said: str) -> str:
    return f"{cell['area_name']}: {said}" if said else f"{cell['area_name']}"


def _without(areas: int) -> str:
    if not areas:
        return ""
    return _("Empty on the map: %(areas)s of which nothing is shown.") % {
        "areas": several(areas, _("authority"), _("authorities"))
    }
