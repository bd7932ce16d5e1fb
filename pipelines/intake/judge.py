"""One delivered file judged: read, recognised, every cell settled, and the balance asserted."""

from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from pipelines.intake.judgement import Judgement, together
from pipelines.intake.layouts import measured, template, tidy, unloaded
from pipelines.intake.layouts import registers as register_layout
from pipelines.intake.layouts.settling import Check
from pipelines.intake.periods import parse_day
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem, Refused, findings
from pipelines.intake.recognise import Recognised, meant_for, recognise
from pipelines.intake.sidecar import Said
from pipelines.intake.tidy.beside import pair_of
from pipelines.readers import UnreadableFile, open_file
from sources.catalogue import Catalogue


def recognise_file(path: Path, file_name: str, said: Said, catalogue: Catalogue) -> list[Recognised]:
    """Open a file and tell which datasets it holds.

    Raises:
        Refused: file_empty, file_unreadable, file_unknown, column_missing, header_two_rows or file_ambiguous.
    """
    if path.is_file() and path.stat().st_size == 0:
        raise Refused(Problem("file_empty", "the file is empty"))
    try:
        opened = open_file(path)
        found = recognise(opened, file_name, said, catalogue)
        paired = [
            replace(each, pair=pair_of(path, each.found[0].sheet.sheet, opened.sheets))
            if each.dataset.layout == "tidy"
            else each
            for each in found
        ]
    except UnreadableFile as unreadable:
        raise Refused(_unreadable(unreadable)) from unreadable
    is_alone = len(paired) == 1 and paired[0].pair is not None and paired[0].pair.meta is None
    if is_alone and not said.source and (problem := meant_for(opened.sheets, catalogue)):
        raise Refused(problem)
    return paired


def judge(recognised: Recognised, registers: Registers, catalogue: Catalogue, check: Check, today: date) -> Judgement:
    """Settle every cell of one dataset of a recognised file.

    Args:
        recognised: The dataset and its tables, which can be gone through once.
        registers: The areas and services there are.
        catalogue: What is declared.
        check: The checks of a whole delivery.
        today: The day of the check.

    Raises:
        Refused: file_empty, register_not_loaded, period_not_given, correction_mismatch, or file_unreadable where a
            file read in pieces changes or breaks on the way.
        OutOfBalance: a defect of ours.
    """
    published = recognised.published or str(recognised.dataset.published or "")
    published_on = parse_day(published)
    dataset = recognised.dataset.of_vintage(published_on)
    delivered_on = published_on or today
    _need_registers(dataset.shape, dataset.place.scheme if dataset.place else None, registers)
    told = recognised.period_label
    try:
        pieces = (piece for table in recognised.tables() for piece in table)
        if dataset.shape == "none":
            judgement = together([unloaded.judge(piece, dataset) for piece in pieces])
        elif dataset.layout == "register":
            judgement = register_layout.judge(pieces, dataset, told, registers, catalogue, delivered_on)
        elif dataset.layout == "tidy":
            assert recognised.pair is not None
            judgement = tidy.judge(
                recognised.tables(), dataset, recognised.pair, recognised.published, registers, catalogue, check
            )
        elif dataset.layout == "template":
            judgement = template.judge(recognised.tables(), dataset, told, registers, catalogue, check)
        else:
            judgement = measured.judge(
                recognised.tables(), dataset, told, recognised.published, registers, catalogue, check
            )
    except UnreadableFile as unreadable:
        raise Refused(_unreadable(unreadable)) from unreadable
    if not judgement.rows_read:
        raise Refused(Problem("file_empty", f"it has the header of {dataset.id} and no row under it"))
    if dataset.shape != "none" and not judgement.rows_landed and judgement.cells_out_of_scope == judgement.cells_in:
        judgement.notes.append("nothing of it is loaded: every row is declared out of scope")
    _account_for_unread(judgement, recognised, catalogue)
    judgement.assert_balanced()
    return judgement


def _unreadable(unreadable: UnreadableFile) -> Problem:
    return Problem("file_unreadable", unreadable.reason, remedy=unreadable.remedy)


def _account_for_unread(judgement: Judgement, recognised: Recognised, catalogue: Catalogue) -> None:
    """Sheets that are nobody's: declared out of scope, prose, or set aside whole with the reason."""
    globs = [glob for scope in recognised.dataset.out_of_scope for glob in scope.sheets]
    problems = []
    for unread in recognised.unread:
        judgement.cells_in += unread.cells
        if unread.is_prose or unread.is_hidden or any(fnmatchcase(unread.sheet or "", glob) for glob in globs):
            judgement.cells_out_of_scope += unread.cells
            kind = "hidden" if unread.is_hidden else "prose" if unread.is_prose else "declared out of scope"
            judgement.notes.append(f"sheet {unread.sheet} not read ({kind})")
        else:
            reason = f"no dataset declares the sheet {unread.sheet}"
            problems.append(Problem("sheet_undeclared", reason, unread.sheet, cells=unread.cells))
    judgement.findings = pl.concat([judgement.findings, findings(problems, catalogue)])


def _need_registers(shape: str, scheme: str | None, registers: Registers) -> None:
    needs_services = scheme == "service_name" or shape in ("structure_assertions", "contributions")
    if needs_services and not registers.services:
        raise Refused(Problem("register_not_loaded", "no register of services is loaded, so no service can be told"))
    if shape == "observations" and not needs_services and not registers.areas:
        raise Refused(Problem("register_not_loaded", "no register of authorities is loaded, so no area can be told"))
