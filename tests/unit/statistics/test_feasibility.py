"""What printed percentages allow: against a brute-force twin, against tables made from real counts, and when broken."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.statistics.feasibility import (
    LISTED,
    Figure,
    adds_up,
    nested,
    one_count,
    partition,
    parts_and_whole,
    printed,
    shares,
    sum_of_rounded,
)

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


def percent(value, **more) -> Figure:
    return Figure(Fraction(str(value)), **more)


def by_decimal(count: int, base: int, decimals: int, rounding: str) -> Fraction:
    """The same number by another road: decimal division with digits to spare, then decimal rounding."""
    with localcontext() as context:
        context.prec = 60
        shown = (Decimal(100 * count) / Decimal(base)).quantize(Decimal(1).scaleb(-decimals), MODES[rounding])
    return Fraction(shown)


def brute_numerators(figure: Figure, base: int, rounding: str) -> list[int]:
    holds = {
        "rounded": lambda k: by_decimal(k, base, figure.decimals, rounding) == figure.value,
        "below": lambda k: Fraction(100 * k, base) < figure.value,
        "above": lambda k: Fraction(100 * k, base) > figure.value,
        "near": lambda k: abs(Fraction(100 * k, base) - figure.value) <= figure.tolerance,
        "count": lambda k: k == figure.value,
    }[figure.form]
    return [k for k in range(base + 1) if holds(k)]


bases = st.integers(1, 200)
roundings = st.sampled_from(["half_up", "half_even"])
figures = st.one_of(
    st.builds(lambda p: percent(p), st.integers(0, 100)),
    st.builds(lambda p: percent(Fraction(p, 10), decimals=1), st.integers(0, 1000)),
    st.builds(lambda p, form: percent(p, form=form), st.integers(0, 100), st.sampled_from(["below", "above", "count"])),
    st.builds(lambda p, t: percent(p, form="near", tolerance=Fraction(t)), st.integers(0, 100), st.integers(0, 10)),
)


# ------------------------------------------------------------------------------------------------------- one figure


@given(figure=figures, base=bases, rounding=roundings)
def test_the_counts_of_a_figure_are_those_that_a_search_finds(figure, base, rounding):
    assert list(figure.numerators(base, rounding)) == brute_numerators(figure, base, rounding)


@given(base=bases, data=st.data(), decimals=st.integers(0, 2), rounding=roundings)
def test_a_percentage_of_a_real_count_is_never_impossible(base, data, decimals, rounding):
    count = data.draw(st.integers(0, base))
    figure = Figure(printed(count, base, decimals, rounding), decimals=decimals)
    assert count in figure.numerators(base, rounding)
    assert shares([figure], [base], rounding).verdict in ("unique", "several")


@pytest.mark.parametrize(
    ("count", "base", "half_up", "half_even"),
    [(1, 8, 13, 12), (3, 8, 38, 38), (5, 8, 63, 62), (1, 200, 1, 0), (3, 200, 2, 2), (1, 40, 3, 2)],
)
def test_an_exact_half_goes_up_unless_half_even_is_asked_for(count, base, half_up, half_even):
    assert printed(count, base) == half_up
    assert printed(count, base, rounding="half_even") == half_even
    assert count in percent(half_up).numerators(base)
    assert count in percent(half_even).numerators(base, "half_even")
    if half_up != half_even:
        assert count not in percent(half_even).numerators(base)
        assert count not in percent(half_up).numerators(base, "half_even")


@given(base=bases)
def test_less_than_one_per_cent_is_nought_to_the_last_count_below_it(base):
    assert list(percent(1, form="below").numerators(base)) == list(range(-(-base // 100)))


def test_a_figure_without_a_base_gives_the_bases_that_fit():
    found = shares([percent(89), Figure(Fraction(6), "count")], None, largest=30)
    assert found.verdict == "base_unknown"
    assert found.feasible_bases == ((9,), (18,), (19,), (27,), (28,))


def test_34_per_cent_of_15_16_or_17_does_not_exist():
    assert shares([percent(34)], [15, 16, 17]).verdict == "not_feasible"


# -------------------------------------------------------------------------------------------------------- partitions


def real_table(draw, groups: int, most: int = 60) -> tuple[int, list[int]]:
    counts = [draw(st.integers(0, most // groups)) for _ in range(groups)]
    counts[0] += 1
    return sum(counts), counts


@given(data=st.data(), groups=st.integers(2, 5), rounding=roundings)
def test_a_table_of_real_counts_is_found_among_the_solutions(data, groups, rounding):
    base, counts = real_table(data.draw, groups)
    found = partition([percent(printed(k, base, 0, rounding)) for k in counts], [base], rounding)
    assert found.verdict in ("unique", "several")
    assert all(count in possible for count, possible in zip(counts, found.possible, strict=True))


@given(data=st.data(), base=st.integers(1, 14), rounding=roundings)
def test_a_partition_has_the_solutions_that_trying_everything_finds(data, base, rounding):
    given_figures = data.draw(st.lists(figures.filter(lambda f: f.decimals == 0), min_size=1, max_size=3))
    brute = {
        counts
        for counts in product(range(base + 1), repeat=len(given_figures))
        if sum(counts) == base
        and all(k in brute_numerators(f, base, rounding) for k, f in zip(counts, given_figures, strict=True))
    }
    found = partition(given_figures, [base], rounding)
    assert found.count == len(brute)
    assert {s.numerators for s in found.solutions} <= brute
    assert len(found.solutions) == min(len(brute), LISTED)


@given(data=st.data(), groups=st.integers(2, 5))
def test_a_table_that_is_broken_by_enough_is_caught(data, groups):
    """Each printed share is off by half a point at most, so a share moved by more than all of those is caught."""
    base, counts = real_table(data.draw, groups)
    shown = [printed(k, base) for k in counts]
    assert partition([percent(p) for p in [shown[0] + groups + 1, *shown[1:]]], [base]).verdict == "not_feasible"


def test_the_solutions_are_capped_and_their_number_is_not():
    found = partition([percent(50, form="near", tolerance=Fraction(50))] * 2, [200])
    assert (found.count, len(found.solutions)) == (201, LISTED)


# ---------------------------------------------------------------------------------------------- sums, nested, jointly


def test_58_per_cent_of_17_is_a_sum_of_two_rounded_shares_and_nothing_else():
    found = sum_of_rounded(percent(58), 2, [15, 16, 17])
    assert (found.verdict, found.count) == ("sum_of_rounded_only", 1)
    assert found.solutions[0].bases == (17,)
    assert found.solutions[0].numerators == (5, 5)


def test_a_share_that_exists_needs_no_sum():
    assert sum_of_rounded(percent(59), 2, [17]).verdict == "unique"


@given(data=st.data(), base=st.integers(2, 40), rounding=roundings)
def test_a_sum_of_two_real_shares_is_never_impossible(data, base, rounding):
    one = data.draw(st.integers(1, base - 1))
    other = data.draw(st.integers(1, base - one))
    shown = printed(one, base, 0, rounding) + printed(other, base, 0, rounding)
    assert sum_of_rounded(percent(shown), 2, [base], rounding).count


@given(data=st.data(), base=st.integers(5, 200), rounding=roundings)
def test_a_share_of_a_share_of_real_counts_is_never_impossible(data, base, rounding):
    group = data.draw(st.integers(1, base))
    within = data.draw(st.integers(0, group))
    found = nested(
        percent(printed(group, base, 0, rounding)), percent(printed(within, group, 0, rounding)), [base], rounding
    )
    assert group in found.possible[0]
    assert within in found.possible[1]


cells = st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2)


def _published(table, sizes, rounding):
    parts = [percent(printed(sum(group), size, 0, rounding)) for group, size in zip(table, sizes, strict=True)]
    wholes = [percent(printed(sum(column), sum(sizes), 0, rounding)) for column in zip(*table, strict=True)]
    return parts, wholes


@given(table=cells, slack=st.tuples(st.integers(1, 4), st.integers(1, 4)), rounding=roundings)
def test_parts_and_whole_of_real_counts_have_the_solutions_that_trying_everything_finds(table, slack, rounding):
    sizes = tuple(sum(group) + more for group, more in zip(table, slack, strict=True))
    parts, wholes = _published(table, sizes, rounding)
    brute = {
        (a, b, c, d)
        for a, b, c, d in product(range(sizes[0] + 1), range(sizes[0] + 1), range(sizes[1] + 1), range(sizes[1] + 1))
        if a + b <= sizes[0] and c + d <= sizes[1]
        and printed(a + b, sizes[0], 0, rounding) == parts[0].value
        and printed(c + d, sizes[1], 0, rounding) == parts[1].value
        and printed(a + c, sum(sizes), 0, rounding) == wholes[0].value
        and printed(b + d, sum(sizes), 0, rounding) == wholes[1].value
    }  # fmt: skip
    found = parts_and_whole(parts, wholes, [sizes], rounding)
    assert tuple(count for group in table for count in group) in brute
    assert found.count == len(brute)
    assert parts_and_whole(parts, wholes, [sizes], rounding, sums_allowed=True).count >= found.count


def test_parts_far_from_their_whole_are_caught():
    parts, wholes = _published([[20, 10], [5, 5]], (60, 20), "half_up")
    broken = [percent(parts[0].value + 6), parts[1]]
    assert parts_and_whole(parts, wholes, [(60, 20)]).count
    assert parts_and_whole(broken, wholes, [(60, 20)], sums_allowed=True).verdict == "not_feasible"


def test_a_part_that_was_added_up_after_rounding_is_found_only_where_sums_are_allowed():
    parts, wholes = [percent(58), percent(50)], [percent(24), percent(30)]  # 5 + 5 of 17, 4 + 6 of 20
    assert parts_and_whole(parts, wholes, [(17, 20)]).verdict == "not_feasible"
    found = parts_and_whole(parts, wholes, [(17, 20)], sums_allowed=True)
    assert found.verdict == "sum_of_rounded_only"
    assert (5, 5, 4, 6) in {solution.numerators for solution in found.solutions}


def test_exact_counts_add_up_or_do_not():
    assert adds_up(14, [6, 3, 2, 3]).verdict == "unique"
    assert adds_up(40, [6, 6, 6, 3, 6, 1, 3, 1, 1, 1, 5, 1, 1]).verdict == "not_feasible"


def test_a_count_and_its_share_are_one_number_of_one_base():
    thirteen = Figure(Fraction(13), "count")
    found = one_count([thirteen, percent(9)], [142, 155])
    assert (found.verdict, [s.bases for s in found.solutions]) == ("unique", [(142,)])
    assert one_count([thirteen, percent(9)], None).feasible_bases == tuple((n,) for n in range(137, 153))
