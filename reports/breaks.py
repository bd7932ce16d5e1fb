"""Breaks in a series, as its definition lists them."""

from __future__ import annotations

from datetime import date

from reports.charts.time import Break
from reports.definitions import Definition
from reports.language import _


def breaks_of(definition: Definition) -> list[Break]:
    """The breaks of a definition ("2013-04-01 New recording"), numbered as a chart names them."""
    found = []
    for number, words in enumerate(definition.facts.get("breaks") or [], start=1):
        day, _space, title = words.partition(" ")
        try:
            found.append(Break(date.fromisoformat(day), _("Break {number}").format(number=number), title))
        except ValueError:
            continue
    return found
