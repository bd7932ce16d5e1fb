"""Runs the declared tests of published figures, and one of its own on every percentage that none settles.

Which figures belong together is declared (sources/findings/tests); the arithmetic is pipelines.statistics.feasibility.
Here the two meet. Reads no warehouse: a verdict depends on what is printed and on nothing else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipelines.findings.working import working
from pipelines.statistics.feasibility import (
    Feasibility,
    Figure,
    Rounding,
    adds_up,
    nested,
    one_count,
    partition,
    parts_and_whole,
    shares,
    sum_of_rounded,
)
from sources.catalogue import Catalogue
from sources.models.finding import Finding, FindingTest

ALONE = ".alone"
"""The end of the id of a test that was not declared: the figure by itself."""


@dataclass(frozen=True)
class TestRun:
    """A test and what came out.

    Attributes:
        test: As declared, or made here for a figure by itself.
        result: With halves rounded up, as published sources do.
        half_even: The same with halves rounded to the even neighbour.
        is_declared: Whether the test stands in the register.
        working: How the verdict is reached, line by line.
    """

    __test__ = False

    test: FindingTest
    result: Feasibility
    half_even: Feasibility
    is_declared: bool
    working: tuple[str, ...]

    @property
    def is_rounding_sensitive(self) -> bool:
        """Whether the other way to round a half would allow other numbers."""
        return (self.result.verdict, self.result.count, self.result.possible) != (
            self.half_even.verdict,
            self.half_even.count,
            self.half_even.possible,
        )


def judge(catalogue: Catalogue) -> list[TestRun]:
    """Every declared test, then every percentage that no declared test settles, in their own order."""
    findings = {finding.id: finding for finding in catalogue.findings}
    settled = {name for test in catalogue.finding_tests for name in test.decides}
    alone = [_alone(one) for one in catalogue.findings if one.id not in settled and is_tested_alone(one)]
    return [_run(test, findings, is_declared=True) for test in catalogue.finding_tests] + [
        _run(test, findings, is_declared=False) for test in alone
    ]


def is_tested_alone(finding: Finding) -> bool:
    """Whether a figure is a percentage of a base small enough to be enumerated; a register's base is not."""
    if finding.unit != "percent" or finding.evidence_type == "admin":
        return False
    if finding.measure == "threshold":
        return False
    # Without a base a limit or an approximation is met by nearly every base: nothing would be learnt.
    return finding.value_type == "rounded" or (
        bool(finding.bases) and (finding.value_type == "bound" or finding.tolerance is not None)
    )


def figure_of(finding: Finding) -> Figure:
    """A finding as the arithmetic takes it.

    Raises:
        ValueError: it has no number.
    """
    if finding.value is None:
        raise ValueError(f"{finding.id} has no number to test")
    value = Fraction(str(finding.value))
    if finding.value_type == "exact":
        return Figure(value, "count")
    if finding.value_type == "bound":
        return Figure(value, "below" if finding.bound == "below" else "above")
    if finding.value_type == "approx":
        return Figure(value, "near", tolerance=Fraction(str(finding.tolerance or 0)))
    return Figure(value, decimals=finding.decimals)


def _alone(finding: Finding) -> FindingTest:
    stated = f"of {finding.base}" if finding.base else "of any base up to 200: the report states none"
    return FindingTest(
        id=f"{finding.id}{ALONE}",
        title=f"{finding.value_text}: {finding.statement}",
        kind="share",
        figures=(finding.id,),
        bases=finding.bases,
        decides=(finding.id,),
        reading=f"one percentage, {stated}",
    )


def _run(test: FindingTest, findings: dict[str, Finding], *, is_declared: bool) -> TestRun:
    compute = _KINDS[test.kind]
    figures = [figure_of(findings[name]) for name in test.figures]
    wholes = [figure_of(findings[name]) for name in test.wholes]
    result = compute(test, figures, wholes, "half_up")
    half_even = compute(test, figures, wholes, "half_even")
    lines = working(test, figures, wholes, findings, result)
    return TestRun(test, result, half_even, is_declared, tuple(lines))


Compute = Callable[[FindingTest, Sequence[Figure], Sequence[Figure], Rounding], Feasibility]


def _sum_of_counts(test: FindingTest, figures: Sequence[Figure], wholes: Sequence[Figure]) -> Feasibility:
    times = test.times or (1,) * len(figures)
    parts = [int(figure.value) * factor for figure, factor in zip(figures, times, strict=True)]
    return adds_up(int(wholes[0].value), parts)


_KINDS: dict[str, Compute] = {
    "share": lambda test, figures, _, rounding: shares(figures, test.bases or None, rounding),
    "one_count": lambda test, figures, _, rounding: one_count(figures, test.bases or None, rounding),
    "partition": lambda test, figures, _, rounding: partition(figures, test.bases or None, rounding),
    "sum_of_rounded": lambda test, figures, _, rounding: sum_of_rounded(
        figures[0], test.parts, test.bases or None, rounding
    ),
    "nested": lambda test, figures, _, rounding: nested(figures[0], figures[1], test.bases, rounding),
    "parts_and_whole": lambda test, figures, wholes, rounding: parts_and_whole(
        figures, wholes, test.part_bases, rounding, sums_allowed=test.sums_allowed
    ),
    "adds_up": lambda test, figures, wholes, _: _sum_of_counts(test, figures, wholes),
}
