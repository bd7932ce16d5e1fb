"""Random tables with margins: whatever is planned, no count that must stay hidden is bounded closer than the rule."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.workspace import Disclosure
from tests.unit.disclosure.tables import AGES, PARTS, bounds, cell, planned, spans

COUNTS = st.integers(0, 30) | st.integers(0, 6)


@settings(max_examples=40)
@given(st.lists(COUNTS, min_size=3, max_size=3), st.floats(0, 1), st.sampled_from([3, 5, 10]))
def test_no_small_count_of_two_margins_is_bounded_within_the_threshold(numbers, share, threshold):
    total = sum(numbers)
    younger = int(total * share)
    whole = cell(total)
    offences = [cell(n, part) for n, part in zip(numbers, PARTS, strict=True)]
    ages = [cell(n, age) for n, age in zip((younger, total - younger), AGES, strict=True)]
    done = planned([whole, *offences, *ages], Disclosure(threshold=threshold))
    sums = [(whole, offences), (whole, ages)]
    for target in (whole, *offences, *ages):
        if 0 < target["value"] < threshold:
            assert spans(bounds(done.public, sums, target), threshold), target
    assert done.proof.failing == 0


@settings(max_examples=40)
@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=2, max_size=5))
def test_what_large_tables_show_is_not_hidden_without_need(table):
    rows = []
    for n, numbers in enumerate(table):
        rows += [cell(sum(numbers), area=f"place-{n}")]
        rows += [cell(k, part, area=f"place-{n}") for k, part in zip(numbers, PARTS, strict=True)]
    done = planned(rows)
    for n, numbers in enumerate(table):
        if not any(0 < k < 5 for k in (*numbers, sum(numbers))):
            assert not {area for area, _ in done.hidden()} & {f"place-{n}"}
