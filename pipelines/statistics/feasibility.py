"""Which whole numbers can stand behind published percentages: a GRIM-style test, exact and exhaustive.

After Brown NJL, Heathers JAJ (2017), The GRIM test, Soc Psychol Personal Sci 8:363-369, widened from one figure to sets
that share a base. All arithmetic is on integers and fractions; nothing here knows a finding, a report or a file.

Belongs here: what a printed figure allows a count to be, and the enumeration of the tables that satisfy several figures
at once. Which figures are tested together, and on which bases, is declared under sources/findings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import ceil, floor, prod
from typing import Literal

Rounding = Literal["half_up", "half_even"]
Form = Literal["rounded", "below", "above", "near", "count"]
Verdict = Literal["unique", "several", "sum_of_rounded_only", "not_feasible", "base_unknown", "not_tested"]

LARGEST_BASE = 200
LISTED = 50
"""The most solutions that are written out; the count is always of all of them."""


@dataclass(frozen=True)
class Figure:
    """A printed figure: what it says of a count k out of a base n.

    Attributes:
        value: The number as printed; a percentage, or the count itself where `form` is "count".
        form: "rounded" to `decimals`; "below" or "above" the value, which is not reached; "near" it, by at most
            `tolerance` percentage points; or a "count".
        decimals: Decimals of the printed percentage.
        tolerance: Percentage points that "near" may be away.
    """

    value: Fraction
    form: Form = "rounded"
    decimals: int = 0
    tolerance: Fraction = Fraction(0)

    def numerators(self, base: int, rounding: Rounding = "half_up") -> range:
        """Every count from 0 to `base` that would be printed so; empty where there is none. They are consecutive."""
        if self.form == "count":
            low, high = ceil(self.value), floor(self.value)
        elif self.form == "below":
            low, high = 0, ceil(self.value * base / 100) - 1
        elif self.form == "above":
            low, high = floor(self.value * base / 100) + 1, base
        elif self.form == "near":
            low = ceil((self.value - self.tolerance) * base / 100)
            high = floor((self.value + self.tolerance) * base / 100)
        else:
            low, high = self._rounded(base, rounding)
        return range(max(low, 0), min(high, base) + 1)

    def _rounded(self, base: int, rounding: Rounding) -> tuple[int, int]:
        # k is printed as p when p - half a unit <= 100k/n < p + half a unit (half up). A half goes to the even
        # neighbour instead: both ends belong to an even p, neither to an odd one.
        unit = Fraction(1, 10**self.decimals)
        lowest, beyond = ((self.value + side * unit / 2) * base / 100 for side in (-1, 1))
        if rounding == "half_up":
            return ceil(lowest), ceil(beyond) - 1
        if (self.value / unit) % 2 == 0:
            return ceil(lowest), floor(beyond)
        return floor(lowest) + 1, ceil(beyond) - 1


@dataclass(frozen=True)
class Solution:
    """Whole numbers that satisfy every figure: the bases they are out of, and the counts in the order of the test."""

    bases: tuple[int, ...]
    numerators: tuple[int, ...]


@dataclass(frozen=True)
class Feasibility:
    """What a test found.

    Attributes:
        verdict: "unique" or "several" tables; none ("not_feasible"); only where printed figures were added up
            ("sum_of_rounded_only"); "base_unknown" where no base was stated, with the bases that are feasible.
        count: All solutions.
        solutions: The first LISTED of them.
        feasible_bases: The bases with a solution, in the order in which they were tried.
        possible: For each figure of the test the counts it takes among all solutions.
    """

    verdict: Verdict
    count: int
    solutions: tuple[Solution, ...]
    feasible_bases: tuple[tuple[int, ...], ...]
    possible: tuple[tuple[int, ...], ...] = ()


def printed(count: int, base: int, decimals: int = 0, rounding: Rounding = "half_up") -> Fraction:
    """The percentage of `count` of `base` as it would be printed."""
    scaled = Fraction(100 * count * 10**decimals, base)
    whole, rest = divmod(scaled, 1)
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (rounding == "half_up" or whole % 2 == 1))
    return Fraction(whole + (1 if up else 0), 10**decimals)


def shares(
    figures: Sequence[Figure],
    bases: Sequence[int] | None,
    rounding: Rounding = "half_up",
    *,
    largest: int = LARGEST_BASE,
) -> Feasibility:
    """Figures of one base that need not add up: one percentage, or the answers to a question with several answers.

    Args:
        figures: In the order in which counts are given back.
        bases: The bases that may be meant; every base from 1 to `largest` when None.
        rounding: What the publisher does with an exact half.
        largest: The last base of the scan.
    """
    found = []
    for base in _tried(bases, largest):
        allowed = [figure.numerators(base, rounding) for figure in figures]
        if n := prod(len(counts) for counts in allowed):
            first = tuple(Solution((base,), counts) for counts in islice(product(*allowed), LISTED))
            found.append(_Found((base,), n, first, tuple(set(counts) for counts in allowed)))
    return _judged(found, base_is_stated=bases is not None, width=len(figures))


def one_count(
    figures: Sequence[Figure],
    bases: Sequence[int] | None,
    rounding: Rounding = "half_up",
    *,
    largest: int = LARGEST_BASE,
) -> Feasibility:
    """Figures that all print the same count of the same base, such as a number with its percentage in brackets."""
    found = []
    for base in _tried(bases, largest):
        allowed = [figure.numerators(base, rounding) for figure in figures]
        if counts := sorted(set(allowed[0]).intersection(*allowed[1:])):
            first = tuple(Solution((base,), (count,)) for count in counts[:LISTED])
            found.append(_Found((base,), len(counts), first, (set(counts),)))
    return _judged(found, base_is_stated=bases is not None, width=1)


def partition(
    figures: Sequence[Figure],
    bases: Sequence[int] | None,
    rounding: Rounding = "half_up",
    *,
    largest: int = LARGEST_BASE,
) -> Feasibility:
    """Figures of which each unit of the base has exactly one: their counts add up to the base."""
    found = []
    for base in _tried(bases, largest):
        allowed = [figure.numerators(base, rounding) for figure in figures]
        vectors = list(_adding_to(base, allowed))
        if vectors:
            possible = tuple(set(counts) for counts in zip(*vectors, strict=True))
            first = tuple(Solution((base,), vector) for vector in vectors[:LISTED])
            found.append(_Found((base,), len(vectors), first, possible))
    return _judged(found, base_is_stated=bases is not None, width=len(figures))


def sum_of_rounded(
    figure: Figure,
    parts: int,
    bases: Sequence[int] | None,
    rounding: Rounding = "half_up",
    *,
    largest: int = LARGEST_BASE,
) -> Feasibility:
    """One percentage, or else the sum of `parts` percentages of the same base that were each rounded first.

    The parts do not overlap, and their order says nothing: counts are given largest first.
    """
    alone = shares([figure], bases, rounding, largest=largest)
    if alone.count:
        return alone
    found = []
    for base in _tried(bases, largest):
        vectors = [
            vector
            for vector in _falling(parts, base)
            if sum(printed(count, base, figure.decimals, rounding) for count in vector) == figure.value
        ]
        if vectors:
            first = tuple(Solution((base,), vector) for vector in vectors[:LISTED])
            found.append(_Found((base,), len(vectors), first, tuple(set(c) for c in zip(*vectors, strict=True))))
    judged = _judged(found, base_is_stated=True, width=parts)
    return replace(judged, verdict="sum_of_rounded_only") if found else judged


def nested(outer: Figure, inner: Figure, bases: Sequence[int], rounding: Rounding = "half_up") -> Feasibility:
    """A percentage of a group whose own size is known only as a percentage of a base.

    A solution names the outer base, then the size of the group and the count within it.
    """
    found = []
    for base in bases:
        for size in outer.numerators(base, rounding):
            counts = inner.numerators(size, rounding) if size else range(0)
            if counts:
                first = tuple(Solution((base,), (size, count)) for count in counts[:LISTED])
                found.append(_Found((base,), len(counts), first, ({size}, set(counts))))
    return _judged(found, base_is_stated=True, width=2)


def parts_and_whole(
    parts: Sequence[Figure],
    wholes: Sequence[Figure],
    bases: Sequence[Sequence[int]],
    rounding: Rounding = "half_up",
    *,
    sums_allowed: bool = False,
) -> Feasibility:
    """Figures of groups and of all groups together, enumerated jointly.

    Each whole is a share of all groups in one category; each part is the share of its group in those categories taken
    together. A solution gives, group after group, the count in each category.

    Args:
        parts: One figure a group: its share in all the categories.
        wholes: One figure a category: its share of all groups.
        bases: For each attempt the size of each group.
        rounding: What the publisher does with an exact half.
        sums_allowed: Whether a part may also be a sum of percentages that were each rounded.
    """
    found: list[_Found] = []
    sums_needed = True
    for sizes in bases:
        tables = []
        totals = [whole.numerators(sum(sizes), rounding) for whole in wholes]
        splits = [[split for total in allowed for split in _split(total, sizes)] for allowed in totals]
        for table in product(*splits):
            groups = list(zip(*table, strict=True))
            fits = [
                _part_fits(part, group, size, rounding, sums_allowed)
                for part, group, size in zip(parts, groups, sizes, strict=True)
            ]
            if all(fits):
                tables.append(tuple(count for group in groups for count in group))
                sums_needed &= "sum" in fits
        if tables:
            first = tuple(Solution(tuple(sizes), table) for table in tables[:LISTED])
            found.append(_Found(tuple(sizes), len(tables), first, tuple(set(c) for c in zip(*tables, strict=True))))
    judged = _judged(found, base_is_stated=True, width=len(parts) * len(wholes))
    return replace(judged, verdict="sum_of_rounded_only") if found and sums_needed else judged


def adds_up(total: int, parts: Sequence[int]) -> Feasibility:
    """Exact counts and their exact total: one table, or none."""
    if sum(parts) != total:
        return Feasibility("not_feasible", 0, (), (), tuple(() for _ in parts))
    return Feasibility(
        "unique", 1, (Solution((total,), tuple(parts)),), ((total,),), tuple((count,) for count in parts)
    )


@dataclass(frozen=True)
class _Found:
    """The solutions of one attempt at the bases."""

    bases: tuple[int, ...]
    count: int
    first: tuple[Solution, ...]
    possible: tuple[set[int], ...]


def _judged(found: Sequence[_Found], *, base_is_stated: bool, width: int) -> Feasibility:
    count = sum(attempt.count for attempt in found)
    if not count:
        verdict: Verdict = "not_feasible"
    elif not base_is_stated:
        verdict = "base_unknown"
    else:
        verdict = "unique" if count == 1 else "several"
    return Feasibility(
        verdict,
        count,
        tuple(islice((solution for attempt in found for solution in attempt.first), LISTED)),
        tuple(dict.fromkeys(attempt.bases for attempt in found)),
        tuple(tuple(sorted(set().union(*(attempt.possible[i] for attempt in found)))) for i in range(width)),
    )


def _tried(bases: Sequence[int] | None, largest: int) -> Sequence[int]:
    return range(1, largest + 1) if bases is None else bases


def _adding_to(total: int, allowed: Sequence[range]) -> Iterator[tuple[int, ...]]:
    """Every choice of one count from each range that adds up to the total."""
    if not allowed:
        if total == 0:
            yield ()
        return
    first, rest = allowed[0], allowed[1:]
    if not first or any(not counts for counts in rest):
        return
    least, most = sum(counts[0] for counts in rest), sum(counts[-1] for counts in rest)
    for count in range(max(first[0], total - most), min(first[-1], total - least) + 1):
        for others in _adding_to(total - count, rest):
            yield (count, *others)


def _falling(parts: int, at_most: int, largest: int | None = None) -> Iterator[tuple[int, ...]]:
    """Every tuple of counts above 0, none larger than the one before, that adds up to `at_most` or less."""
    if parts == 0:
        yield ()
        return
    for count in range(min(at_most, largest if largest is not None else at_most), 0, -1):
        for others in _falling(parts - 1, at_most - count, count):
            yield (count, *others)


def _split(total: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to spread a total over groups of these sizes."""
    return _adding_to(total, [range(size + 1) for size in sizes])


def _part_fits(
    part: Figure, group: Sequence[int], size: int, rounding: Rounding, sums_allowed: bool
) -> Literal["alone", "sum", ""]:
    """How the counts of a group give its printed figure: as one percentage, as a sum of rounded ones, or not at all."""
    if sum(group) > size:
        return ""
    if sum(group) in part.numerators(size, rounding):
        return "alone"
    if not sums_allowed or part.form != "rounded":
        return ""
    return "sum" if sum(printed(count, size, part.decimals, rounding) for count in group) == part.value else ""
