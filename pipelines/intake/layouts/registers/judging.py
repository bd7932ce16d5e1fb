"""A register judged: each row landed or set aside whole, or with one cell set aside, and every cell accounted for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.judgement import Judgement, Landed
from pipelines.intake.layouts.registers.areas import circles, frame_of, replacements, succession
from pipelines.intake.layouts.registers.faults import Fault, Known, Row
from pipelines.intake.layouts.registers.fields import INSIDE, Raw, is_in_scope, rows_of
from pipelines.intake.layouts.registers.shapes import SHAPES
from pipelines.intake.layouts.reshape import reshaped
from pipelines.intake.layouts.rows import in_scope
from pipelines.intake.periods import parse_period
from pipelines.intake.places import Registers
from pipelines.intake.problems import SETS_ASIDE, Problem, Refused, findings
from pipelines.intake.where_when import label_of
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset


@dataclass
class _Read:
    """A row of the file: what it lands as, how many of its cells are mapped, and what it breaks."""

    raw: Raw
    sheet: str | None
    number: int
    mapped: int
    made: list[Row]
    faults: list[Fault] = field(default_factory=list)


@dataclass
class _Size:
    """Rows and cells gone through, and the cells nobody asks for."""

    rows: int = 0
    cells: int = 0
    out_of_scope: int = 0


def judge(
    pieces: Iterable[Table],
    dataset: Dataset,
    told_label: str | None,
    registers: Registers,
    catalogue: Catalogue,
    delivered_on: date,
) -> Judgement:
    """Judge all tables of a register; unmapped columns are out of scope.

    Args:
        pieces: The tables of the file, in order.
        dataset: What it was recognised as.
        told_label: The vintage that was told from outside, where the dataset has one.
        registers: The areas and services there are.
        catalogue: What is declared.
        delivered_on: The day it was published, or else received: no evidence is of a later one.

    Raises:
        Refused: period_not_given, or period_wrong_type for the vintage of a register that has one.
    """
    known = Known(dataset, registers, catalogue, delivered_on)
    size = _Size()
    read = [each for piece in pieces for each in _rows(piece, told_label, known, size)]
    standing = [each for each in read if not _is_aside(each, catalogue)]
    for look in SHAPES[dataset.shape].together:
        rows = [(each, row) for each in standing for row in each.made]
        for place, fault in look([row for _, row in rows], known):
            rows[place][0].faults.append(fault)
        standing = [each for each in standing if not _is_aside(each, catalogue)]
    for each in standing:
        for blank in each.faults:
            if blank.blanks is not None:
                each.made = [row | {blank.blanks: None} for row in each.made]
    made = [row for each in standing for row in each.made]
    problems = [problem for each in read for problem in _problems(each, catalogue)]
    landed = [Landed(dataset.shape, len(made), [frame_of(made, dataset.shape)])]
    if "replaced_by" in dataset.fields:
        changes, wrong = _changes(standing, known)
        landed.append(changes)
        problems += wrong
    found = findings(problems, catalogue)
    return Judgement(
        landed=landed,
        findings=found,
        rows_read=size.rows,
        cells_in=size.cells,
        cells_landed=sum(each.mapped - len({f.blanks for f in each.faults} - {None}) for each in standing),
        cells_out_of_scope=size.out_of_scope,
    )


def _rows(table: Table, told_label: str | None, known: Known, size: _Size) -> Iterator[_Read]:
    """The rows of a table that the dataset speaks of, each judged by itself; counts what it passes over."""
    table = reshaped(table, known.dataset)
    dataset = _of_vintage(known.dataset, table, told_label, known.catalogue)
    complete = SHAPES[dataset.shape].complete
    columns = {*dataset.fields.values(), *(column for each in dataset.repeats for column in each.values())}
    mapped = len({column.split(INSIDE)[0] for column in columns} & set(table.columns))
    width = len(table.columns)
    size.rows += table.frame.height
    size.cells += table.frame.height * width
    frame = in_scope(table.frame, dataset)
    size.out_of_scope += (table.frame.height - frame.height) * width
    for raw in frame.iter_rows(named=True):
        if not is_in_scope(raw, dataset):
            size.out_of_scope += width
            continue
        size.out_of_scope += width - mapped
        made, fault = rows_of(raw, dataset)
        each = _Read(raw, table.sheet, raw["__row"], mapped, made, [fault] if fault else [])
        for row in made if fault is None else ():
            row["sheet"], row["row"] = each.sheet, each.number
            each.faults += complete(row, known)
        yield each


def _of_vintage(dataset: Dataset, table: Table, told_label: str | None, catalogue: Catalogue) -> Dataset:
    """The dataset with the first day of its vintage as a constant, where it has one."""
    if dataset.period is None:
        return dataset
    label = label_of(dataset, table, told_label)
    kind = catalogue.period_types[str(dataset.period.type)]
    period = parse_period(label, kind)
    if period is None:
        raise Refused(Problem("period_wrong_type", f"the vintage {label!r} is no {kind.label}", value=label))
    return dataset.model_copy(update={"constants": {**dataset.constants, "vintage": str(period.start)}})


def _sets_aside(fault: Fault, catalogue: Catalogue) -> bool:
    return catalogue.rules[fault.rule].severity in SETS_ASIDE


def _is_aside(each: _Read, catalogue: Catalogue) -> bool:
    """Whether the whole row is set aside."""
    return any(fault.blanks is None and _sets_aside(fault, catalogue) for fault in each.faults)


def _problems(each: _Read, catalogue: Catalogue) -> Iterator[Problem]:
    """Everything a row breaks. Its cells are counted once: with the first that sets it aside, or one for each blank."""
    is_aside, is_counted = _is_aside(each, catalogue), False
    blanked: set[str] = set()
    for fault in each.faults:
        cells = 0
        if fault.blanks is None and is_aside and not is_counted and _sets_aside(fault, catalogue):
            cells, is_counted = each.mapped, True
        elif fault.blanks is not None and not is_aside and fault.blanks not in blanked:
            cells = 1
            blanked.add(fault.blanks)
        value = None if fault.value is None else str(fault.value)
        yield Problem(fault.rule, fault.reason, each.sheet, each.number, fault.column, value, cells)


def _changes(standing: list[_Read], known: Known) -> tuple[Landed, list[Problem]]:
    """What replaced what, as a register of areas tells it in its own codes, and the changes that cannot be."""
    kept = [(each.raw, row) for each in standing for row in each.made]
    made = replacements([raw for raw, _ in kept], [row for _, row in kept], known.dataset)
    told = [(place, fault) for place, row in enumerate(made) for fault in succession(row, known)]
    in_circle = list(circles(made, known))
    aside = {place for place, _ in in_circle}
    rows = [row for place, row in enumerate(made) if place not in aside]
    column = known.column("replaced_by")
    problems = [
        Problem(fault.rule, fault.reason, str(made[place]["sheet"] or "") or None, int(str(made[place]["row"])), column)
        for place, fault in sorted([*told, *in_circle], key=lambda found: found[0])
    ]
    return Landed("authority_changes", len(rows), [frame_of(rows, "authority_changes")]), problems
