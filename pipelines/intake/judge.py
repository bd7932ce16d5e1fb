"""One delivered file judged: read, recognised, every cell settled, and the balance asserted."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.intake.judgement import Judgement, together
from pipelines.intake.layouts import measured, register, template
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem, Refused
from pipelines.intake.recognise import Recognised, recognise
from pipelines.intake.sidecar import Said
from pipelines.readers import UnreadableFile, read
from sources.catalogue import Catalogue


def recognise_file(path: Path, file_name: str, said: Said, catalogue: Catalogue) -> Recognised:
    """Read a file and tell which dataset it is.

    Raises:
        Refused: file_empty, file_unreadable, file_unknown, column_missing, header_two_rows or file_ambiguous.
    """
    if path.stat().st_size == 0:
        raise Refused(Problem("file_empty", "the file is empty"))
    try:
        sheets = read(path)
    except UnreadableFile as unreadable:
        raise Refused(Problem("file_unreadable", f"{unreadable.reason}; {unreadable.remedy}")) from unreadable
    return recognise(sheets, file_name, said, catalogue)


def judge(recognised: Recognised, registers: Registers, catalogue: Catalogue) -> Judgement:
    """Settle every cell of a recognised file.

    Raises:
        Refused: register_not_loaded or period_not_given.
        OutOfBalance: a defect of ours.
    """
    dataset = recognised.dataset
    _need_registers(dataset.shape, dataset.place.scheme if dataset.place else None, registers)
    judgements = []
    for table in recognised.tables:
        if dataset.layout == "register":
            judgements.append(register.judge(table, dataset, registers, catalogue))
        elif dataset.layout == "template":
            judgements.append(template.judge(table, dataset, recognised.period_label, registers, catalogue))
        else:
            judgements.append(measured.judge(table, dataset, recognised.period_label, registers, catalogue))
    judgement = together(judgements)
    judgement.assert_balanced()
    return judgement


def _need_registers(shape: str, scheme: str | None, registers: Registers) -> None:
    needs_services = scheme == "service_name" or shape == "structure_assertions"
    if needs_services and not registers.services:
        raise Refused(Problem("register_not_loaded", "no register of services is loaded, so no service can be told"))
    if shape == "observations" and not needs_services and not registers.areas:
        raise Refused(Problem("register_not_loaded", "no register of authorities is loaded, so no area can be told"))


@dataclass(frozen=True)
class Coverage:
    """What a judgement covers: first and last day, and how many areas."""

    start: object
    end: object
    areas: int


def coverage(judgement: Judgement) -> Coverage:
    """First and last day and number of areas of the landed observations."""
    observations = judgement.landed.get("observations")
    if observations is None or observations.is_empty():
        return Coverage(None, None, 0)
    days = observations.select(pl.col("period_start").min(), pl.col("period_end").max(), pl.col("area_code").n_unique())
    return Coverage(*days.row(0))
