"""A check as lines of text, for a terminal or a log."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pipelines.one_line import one_line
from pipelines.screening.screened import Group, Part, Screened
from pipelines.screening.words import STAGES, VERDICTS, place, several

_INDENT = "      "


def lines(file: Screened) -> Iterator[str]:
    """One file: its verdict and cells, then every rule it breaks, by stage, with examples and remedy."""
    return map(one_line, _lines(file))


def _lines(file: Screened) -> Iterator[str]:
    for part in file.parts:
        yield _headline(file, part)
        outcome = part.outcome
        if outcome.cells_in:
            yield (
                f"  {several(outcome.cells_in, 'cell')} = {outcome.cells_landed:,} would land"
                f" + {outcome.cells_quarantined:,} set aside + {outcome.cells_out_of_scope:,} out of scope"
                f" ({several(outcome.rows_landed, 'number')})"
            )
        for note in outcome.notes:
            yield f"  {note}"
        stage = None
        for group in part.groups:
            if group.stage != stage:
                stage = group.stage
                yield f"  {STAGES[stage]}"
            yield from _group(group)


def summary(files: Sequence[Screened]) -> Iterator[str]:
    """A line a file, and the total."""
    return map(one_line, _summary(files))


def _summary(files: Sequence[Screened]) -> Iterator[str]:
    for file in files:
        rows = sum(part.outcome.rows_landed for part in file.parts)
        yield (
            f"{VERDICTS[file.verdict]:<17} {file.path.name}: {several(rows, 'number')} would land,"
            f" {_counts(file.count('refuse', 'error'), file.count('warning'), file.count('note'))}"
        )
    verdicts = Counter(file.verdict for file in files)
    told = ", ".join(f"{verdicts[verdict]:,} {words}" for verdict, words in VERDICTS.items() if verdicts[verdict])
    yield f"{several(len(files), 'file')}: {told}"


def _headline(file: Screened, part: Part) -> str:
    dataset = part.outcome.source_id
    what = f"as {dataset} ({part.title})" if part.title else f"as {dataset}" if dataset else "as no known dataset"
    return f"{file.path.name}: {VERDICTS[part.outcome.verdict]} {what}"


def _group(group: Group) -> Iterator[str]:
    cells = f", {several(group.cells, 'cell')}" if group.cells else ""
    yield f"    [{group.word}] {group.title}: {several(group.count, 'time')}{cells} ({group.rule})"
    for finding in group.examples.iter_rows(named=True):
        where = place(finding)
        found = f"found {finding['value']!r}" if finding["value"] is not None else ""
        # A reason that only says the title again is not said again.
        if finding["reason"] != group.title or not (where or found):
            found = finding["reason"] + (f" ({found})" if found else "")
        yield f"{_INDENT}{': '.join(filter(None, (where, found)))}"
    if group.more:
        yield f"{_INDENT}and {group.more:,} more: --all shows them"
    yield f"{_INDENT}To mend it: {group.remedy}"


def _counts(aside: int, warnings: int, notes: int) -> str:
    return f"{several(aside, 'problem')}, {several(warnings, 'warning')}, {several(notes, 'note')}"
