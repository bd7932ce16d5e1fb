"""The register of published figures in lines of text: all of it, a part of it, or one figure with its working."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.findings.register import Register, Row
from reports.vocabulary import label, words

_COMPARED = ("reproduced", "contradicted")


def overview(register: Register, seed: str | None) -> Iterator[str]:
    """How many figures of each verdict and state, and those that cannot be true as stated."""
    rows = register.chosen(seed)
    conflicts = [row for row in register.conflicts if seed in (None, row["seed"])]
    declared = [test for test in register.tests if test["is_declared"]]
    yield f"Release {register.release_id}: {len(rows)} published figures, {len(declared)} tests of several together,"
    yield f"{len(conflicts)} conflicts inside the reports."
    yield ""
    for column in ("feasibility", "reproduction"):
        counted = Counter(row[column] for row in rows)
        for code in words()[column]:
            invented = sum(row["is_illustrative"] for row in rows if row[column] == code and code in _COMPARED)
            of_these = f", {invented} from FICTIONAL rows" if invented else ""
            yield f"  {counted[code]:>4}  {label(column, code)} ({code}){of_these}"
        yield ""
    yield from impossible(register, seed)
    if contradicted := [row for row in rows if row["reproduction"] == "contradicted"]:
        yield ""
        yield "Contradicted by our rows:"
        yield from listing(contradicted)
    yield ""
    yield "One of them with its working: dovetail findings ID, such as Y-18, Y7 or F1."


def impossible(register: Register, seed: str | None) -> Iterator[str]:
    """Figures that cannot be true as stated, and sets of figures of which one at least cannot."""
    yield "Cannot be true as stated:"
    alone = register.chosen(seed, verdict="not_feasible")
    yield from listing(alone) if alone else ("  none",)
    if together := register.failed_together(seed):
        yield ""
        yield "Cannot be true together, as the report states them:"
        yield from _tests(together)
    if ruled_out := register.failed_together(seed, is_stated=False):
        yield ""
        yield "Readings tried here that the figures rule out:"
        yield from _tests(ruled_out)


def _tests(tests: Sequence[Row]) -> Iterator[str]:
    for test in tests:
        yield f"  {test['test_id']:<8} {', '.join(test['finding_ids'])}: {test['title']}"
        yield f"           {test['reading']}"


def listing(rows: Sequence[Row]) -> Iterator[str]:
    """One or two lines a figure."""
    for row in rows:
        yield f"  {row['finding_id']:<8} {row['value_text']}: {row['statement']}"
        state = _state(row)
        yield f"           {label('feasibility', row['feasibility'])}; {state}; {_place(row)}"


def working(findings: Sequence[Row], tests: Sequence[Row], conflicts: Sequence[Row]) -> Iterator[str]:
    """Everything the register says of the figures, tests and conflicts that one id names."""
    for row in findings:
        yield f"{row['finding_id']}  {row['value_text']}: {row['statement']}"
        yield f"  where        {_place(row)}; {row['citation']}"
        yield f"  base         {row['base'] or 'none stated'}"
        yield f"  feasibility  {label('feasibility', row['feasibility'])} ({row['feasibility']})" + (
            f", test {row['test_id']}" if row["test_id"] else ""
        )
        if row["possible_counts"]:
            yield f"  may count    {row['possible_counts']}"
        if row["failed_test_ids"]:
            yield f"  not together {', '.join(row['failed_test_ids'])}: with the figures of these tests it cannot stand"
        yield f"  our rows     {_state(row)}"
        if row["recipe"]:
            yield f"               {row['recipe']}"
        if row["obstacle"] and row["recomputed_value"] is not None:
            counted = f"{row['counted']:g} of {row['counted_base']:g}"
            yield f"               they give {row['recomputed_value']:.1f}: {counted}"
        if row["is_illustrative"]:
            yield "               FICTIONAL rows: they illustrate, they are not the rows of the report"
        if not row["is_verified"]:
            yield "  unverified   not found in the text of the report"
        yield ""
    for test in tests:
        yield f"Test {test['test_id']}  {test['title']}"
        yield f"  reading      {test['reading']}"
        yield f"  bases        {test['bases_tried']}"
        for line in test["working"]:
            yield f"    {line}"
        solutions = test["solutions"]
        if test["solution_count"] > 1 and solutions:
            shown = solutions[:12]
            yield f"  solutions    {test['solution_count']}" + (
                "" if len(shown) == len(solutions) else ", the first 12:"
            )
            for solution in shown:
                yield f"    {solution}"
        told = label("feasibility", test["verdict"])
        if test["verdict"] == "not_feasible" and not test["is_stated"]:
            told = "This reading is ruled out"
        yield f"  verdict      {told} ({test['verdict']})"
        if test["is_rounding_sensitive"]:
            yield f"  halves       rounded up here; to the even neighbour it would be {test['half_even_verdict']}"
        yield ""
    for conflict in conflicts:
        kind = f"{conflict['conflict_kind']}, {conflict['state']}"
        yield f"Conflict {conflict['conflict_id']}  {conflict['title']} ({kind})"
        yield f"  one place    {conflict['statement_a']} ({conflict['locator_a']})"
        yield f"  the other    {conflict['statement_b']} ({conflict['locator_b']})"
        if conflict["candidate_resolution"]:
            yield f"  may be       {conflict['candidate_resolution']} (never applied)"
        yield ""


def _place(row: Row) -> str:
    return f"report {row['seed']}, {row['locator']}"


def _state(row: Row) -> str:
    said = label("reproduction", row["reproduction"])
    if row["reproduction"] == "not_reproducible":
        return f"{said}: {row['obstacle']}"
    whose = ", FICTIONAL rows" if row["is_illustrative"] else ""
    if row["reproduction"] == "contradicted":
        counted = f"{row['counted']:g}" + (f" of {row['counted_base']:g}" if row["counted_base"] is not None else "")
        return f"{said} by {row['difference']:+.3g} ({counted}{whose})"
    return f"{said} ({row['rows_counted']} rows{whose})"
