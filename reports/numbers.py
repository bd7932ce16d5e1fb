"""How a number is printed: rounding, markers, intervals, shares. Where it comes from is not this module's business.

Published sources round half up, so these pages do (report_pages.md 5.3). A value is rounded from its shortest decimal
form, so that 62.25 becomes 62.3 and binary dust below the last printed digit does not decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

# Of our own shares of services and places; what a small base of a published value is, the release says.
_LEAST_WHOLE = 30


def half_up(value: float, decimals: int) -> Decimal:
    """Round half up (away from zero), to `decimals` places."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


@lru_cache(maxsize=1 << 16)
def number(value: float | None, decimals: int = 0) -> str:
    """A number with thousands separators; an empty string for None, which callers must have explained."""
    if value is None:
        return ""
    rounded = half_up(float(value), decimals)
    return f"{rounded + 0 if rounded else abs(rounded):,.{decimals}f}"


def count(value: float | None) -> str:
    """A count: no decimals unless the published count has them."""
    if value is None:
        return ""
    return number(value, 0 if float(value).is_integer() else 1)


def measured(value: float | None, decimals: int, unit_base: float | None) -> str:
    """A value in its unit: a per cent sign for percentages, else the bare number (the unit stands in the heading)."""
    if value is None:
        return ""
    return number(value, decimals) + ("%" if unit_base == 100 else "")


def with_marker(value: float | None, marker: str | None, decimals: int, unit_base: float | None) -> str:
    """A value with the marker beside it, or the marker in its place. A gap without a reason is said, never blank."""
    shown = measured(value, decimals, unit_base)
    if shown and marker:
        return f"{shown} [{marker}]"
    return shown or (f"[{marker}]" if marker else "no value, no reason given")


def digits(values: Iterable[float | None], most: int) -> int:
    """Decimal places that published values have, up to `most`: a rate published whole is not printed with a ".0"."""
    found = (-int(Decimal(repr(float(value))).normalize().as_tuple().exponent) for value in values if value is not None)
    return max(0, min(most, max(found, default=most)))


def interval(lower: float | None, upper: float | None, decimals: int, unit_base: float | None) -> str:
    """An interval as "57.2% to 66.3%"; "not given" where none was computed."""
    if lower is None or upper is None:
        return "not given"
    return f"{measured(lower, decimals, unit_base)} to {measured(upper, decimals, unit_base)}"


def share(part: float, whole: float, noun: str = "") -> str:
    """A part of a whole as "90 of 120 services (75%)"; no percentage of a whole under thirty."""
    words = f"{count(part)} of {count(whole)} {noun}".rstrip()
    return words if whole < _LEAST_WHOLE else f"{words} ({percentage(part, whole)})"


def percentage(part: float, whole: float) -> str:
    """A share in whole per cent that never rounds something to nothing, nor nearly all to all."""
    exact = 100 * part / whole
    if 0 < exact < 0.5:
        return "under 1%"
    if 99.5 <= exact < 100:
        return "over 99%"
    return f"{number(exact)}%"


def sentence_case(words: str) -> str:
    """The first letter in upper case, the others as they are."""
    return words[:1].upper() + words[1:]


def within_sentence(words: str) -> str:
    """The first letter in lower case, unless the word is an abbreviation."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def several(how_many: float, one: str, more: str | None = None) -> str:
    """A count with its noun, in the singular where it is one."""
    return f"{count(how_many)} {one if how_many == 1 else more or one + 's'}"


def signed(value: float | None, decimals: int) -> str:
    """A difference with its sign; an empty string for None."""
    if value is None:
        return ""
    shown = number(abs(value), decimals)
    if not half_up(float(value), decimals):
        return shown
    return f"{'+' if value > 0 else '−'}{shown}"


def probability(value: float | None) -> str:
    """A p or q value to three places; "under 0.001" below that."""
    if value is None:
        return ""
    return "under 0.001" if value < 0.001 else number(value, 3)
