"""The working of a feasibility test in words: what each printed figure allows, base by base, and what that adds up to.

Sentences only; nothing is decided here. They go to the public tables, the command line and the page as they are.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from pipelines.statistics.feasibility import Feasibility, Figure
from sources.models.finding import Finding, FindingTest

SHOWN_BASES = 4


def working(
    test: FindingTest,
    figures: Sequence[Figure],
    wholes: Sequence[Figure],
    findings: dict[str, Finding],
    result: Feasibility,
) -> list[str]:
    """The lines of one test."""
    printed = {name: _printed(findings[name]) for name in (*test.figures, *test.wholes)}
    lines = list(_of_kind(test, figures, wholes, printed))
    lines.append(_outcome(test, result))
    if test.against and result.verdict == "unique":
        lines.append(_interval(result, findings[test.against]))
    return lines


def _printed(finding: Finding) -> str:
    """A figure in a few words: its number, where the report's own words would fill a line."""
    if finding.value_type == "rounded" and finding.value is not None:
        return f"{finding.value:.{finding.decimals}f}%"
    return finding.value_text


def in_ranges(numbers: Iterable[int]) -> str:
    """Whole numbers in words: "5", "5 or 6", "79 to 85", "3, 5 to 7"."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    if len(runs) == 1 and runs[0][1] == runs[0][0] + 1:
        return f"{runs[0][0]} or {runs[0][1]}"
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in runs)


def bases_tried(test: FindingTest) -> str:
    """The bases of a test in words."""
    if test.part_bases:
        return "; ".join(" + ".join(str(size) for size in sizes) for sizes in test.part_bases)
    if test.kind == "adds_up":
        return "exact counts"
    return in_ranges(test.bases) if test.bases else "every base from 1 to 200"


def _of_kind(
    test: FindingTest, figures: Sequence[Figure], wholes: Sequence[Figure], printed: dict[str, str]
) -> Iterator[str]:
    if test.kind == "adds_up":
        times = test.times or (1,) * len(figures)
        total = sum(int(figure.value) * factor for figure, factor in zip(figures, times, strict=True))
        sums = " + ".join(
            f"{factor} x {int(f.value)}" if factor > 1 else str(int(f.value))
            for f, factor in zip(figures, times, strict=True)
        )
        yield f"{sums} = {total}, printed is {int(wholes[0].value)}."
    elif test.kind == "parts_and_whole":
        for sizes in test.part_bases:
            everyone = sum(sizes)
            for name, whole in zip(test.wholes, wholes, strict=True):
                yield _allowed(printed[name], whole, everyone)
            for name, part, size in zip(test.figures, figures, sizes, strict=True):
                yield _allowed(printed[name], part, size)
            counted = sum((part.value * size for part, size in zip(figures, sizes, strict=True)), Fraction(0))
            together = sum((whole.value for whole in wholes), Fraction(0))
            mixed = _percent(counted / everyone)
            yield f"The parts mix to {mixed}, and the figures for all add up to {_percent(together)}."
    elif test.kind == "nested":
        for base in test.bases:
            yield _allowed(printed[test.figures[0]], figures[0], base)
            for size in figures[0].numerators(base):
                yield _allowed(printed[test.figures[1]], figures[1], size)
    elif test.bases:
        for base in test.bases[:SHOWN_BASES]:
            for name, figure in zip(test.figures, figures, strict=True):
                yield _allowed(printed[name], figure, base)
            if test.kind == "partition":
                allowed = [figure.numerators(base) for figure in figures]
                if all(allowed):
                    least, most = sum(counts[0] for counts in allowed), sum(counts[-1] for counts in allowed)
                    yield f"Together they are {in_ranges(range(least, most + 1))}, and the base is {base}."


def _allowed(printed: str, figure: Figure, base: int) -> str:
    if figure.form == "count":
        return f"The printed count is {int(figure.value)}."
    counts = figure.numerators(base)
    if counts:
        return f"{printed} of {base} is {in_ranges(counts)}."
    below = int(figure.value * base // 100)
    beside = " and ".join(f"{k} is {_percent(Fraction(100 * k, base), 2)}" for k in (below, below + 1) if k <= base)
    return f"{printed} of {base} is no whole number: {beside}."


def _outcome(test: FindingTest, result: Feasibility) -> str:
    if result.verdict == "not_feasible":
        if test.kind == "adds_up":
            return "The counts do not agree."
        return "No whole numbers satisfy this."
    if result.verdict == "sum_of_rounded_only":
        first = result.solutions[0]
        added = " + ".join(str(count) for count in first.numerators)
        return f"Only as a sum of shares that were rounded first: {added}, of {in_ranges(first.bases)}."
    if result.verdict == "base_unknown":
        fitting = in_ranges(bases[0] for bases in result.feasible_bases)
        return f"Possible on these bases up to 200: {fitting}."
    if test.kind == "adds_up":
        return "The counts agree."
    if result.verdict == "unique":
        return f"One solution: {shown(result.solutions[0].bases, result.solutions[0].numerators)}."
    return f"{result.count} solutions."


def shown(bases: Sequence[int], numerators: Sequence[int]) -> str:
    """One solution in words."""
    return f"{', '.join(str(count) for count in numerators)} of {' + '.join(str(base) for base in bases)}"


def _interval(result: Feasibility, against: Finding) -> str:
    from pipelines.statistics.wilson import wilson_limits  # SciPy: a second that most tests need not wait for

    solution = result.solutions[0]
    lower, upper = (100 * float(limit) for limit in wilson_limits(solution.numerators[0], solution.bases[0], 0.95))
    value = against.value or 0.0
    side = "inside" if lower <= value <= upper else "outside"
    return (
        f"95% limits (Wilson) of {solution.numerators[0]} of {solution.bases[0]}: {lower:.0f}% to {upper:.0f}%, and "
        f"{_printed(against)} ({against.id}) lies {side}."
    )


def _percent(value: Fraction, decimals: int = 1) -> str:
    return f"{float(value):.{decimals}f}%"
