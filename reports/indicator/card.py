"""The definition card: what is counted, by whom, in which unit, over which window, from which source and until when."""

from __future__ import annotations

from reports.datasets import Sources
from reports.definitions import Definition
from reports.language import _
from reports.numbers import several
from reports.periods import day, exposure, span
from reports.release import Row
from reports.tables import lines
from reports.vocabulary import label, vocabulary_label

CardRow = tuple[str, object, bool]


def card(definition: Definition, coverage: list[Row], sources: Sources, expected: list[Row]) -> dict[str, object]:
    """Rows of (name, value, whether the value is quoted from data), with the version that they describe.

    Args:
        definition: one version.
        coverage: places with a value, by series and period, of all versions.
        sources: titles of the datasets.
        expected: returns of its datasets that are still due, the next first.
    """
    window = exposure(definition.window_months_before, definition.window_months_after)
    verified = _("verified") if definition.window_is_verified else _("unverified: no source states it")
    held = [row for row in coverage if row["definition_version"] == definition.definition_version]
    periods = {(row["period_start"], row["period_end"]) for row in held}
    vintages = sorted({row["published_at"] for row in held if row.get("published_at")})
    rows: list[CardRow] = [
        (_("What is counted"), definition.counts, True),
        (_("Counted by"), label("counted_by", definition.counted_by), False),
        (_("Numerator"), definition.numerator_counts or _("none"), True),
        (_("Denominator"), definition.denominator_counts or _("none"), True),
        (_("Unit"), definition.unit_label, False),
        (_("Direction"), label("polarity", definition.polarity), False),
        (_("Period type"), vocabulary_label("period_types", definition.period_type), False),
        (_("Exposure window"), f"{window} ({verified})", False),
        (_("Nations"), ", ".join(str(definition.nations).split("|")), False),
        (_("Programme"), definition.number or _("none"), True),
        (_("Impact level"), _impact(definition), False),
        (_("Definition version"), definition.definition_version, True),
        (_("Breaks in the series"), _breaks(definition), True),
        (
            _("Data from"),
            ", ".join(sorted({sources.title(row["source_id"]) for row in held})) or _("none in this release"),
            True,
        ),
        (_("Published"), _published(vintages), False),
        (_("Periods held"), _periods_held(periods), False),
        (_("Next update"), _next_update(expected), False),
        (_("Source of the definition"), _cited(definition), True),
    ]
    if definition.note:
        rows.append((_("Note"), definition.note, True))
    return {"version": definition.definition_version, "rows": rows}


def _impact(definition: Definition) -> str:
    level = definition.facts.get("impact_level")
    return _("not given") if level is None else _("level {level} of 4").format(level=level)


def _breaks(definition: Definition) -> object:
    breaks = definition.facts.get("breaks") or []
    return lines(*breaks) if breaks else _("none recorded")


def _cited(definition: Definition) -> str:
    unverified = "" if definition.is_verified else _(" (unverified)")
    return f"{definition.citation}{unverified}"


def _published(vintages: list) -> str:
    if not vintages:
        return _("the files do not say when")
    first, last = day(vintages[0]), day(vintages[-1])
    return last if first == last else _("from {first} to {last}").format(first=first, last=last)


def _next_update(expected: list[Row]) -> str:
    if not expected:
        return _("no return is on the calendar of this release")
    row = expected[0]
    period = span(row["period_start"], row["period_end"])
    if row["due_date"]:
        return _("{period}, due {day}").format(period=period, day=day(row["due_date"]))
    if row["late_after"]:
        return _("{period}, late after {day}").format(period=period, day=day(row["late_after"]))
    return _("{period}, no deadline known").format(period=period)


def _periods_held(periods: set) -> str:
    if not periods:
        return _("none in this release")
    ordered = sorted(periods, key=lambda period: period[::-1])
    if len(ordered) == 1:
        return span(*ordered[0])
    return _("{periods}: {first} to {last}").format(
        periods=several(len(ordered), "period"), first=span(*ordered[0]), last=span(*ordered[-1])
    )
