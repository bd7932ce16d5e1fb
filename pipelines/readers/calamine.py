"""What XLSX and XLS share: calamine reads the values, we put back the error cells it drops.

calamine hands an error cell (#N/A, #REF!) over as an empty one, so each format finds those cells itself.
"""

import io
from collections.abc import Callable, Mapping
from itertools import chain, repeat
from pathlib import Path
from xml.etree import ElementTree

import python_calamine as calamine

from pipelines.readers.gathered import Gathered
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS
from pipelines.readers.package import DAMAGE
from pipelines.readers.raw import RawSheet, UnreadableFile, is_damage, trimmed

PACKAGE_DAMAGE = (*DAMAGE, ElementTree.ParseError)
"""What zipfile and the XML parser raise on a damaged XLSX or ODS."""

Errors = Mapping[tuple[int, int], str]
"""Text of each error cell by row and column, from 0."""


def sheets(data: bytes, path: Path, errors_of: Callable[[int, str], Errors]) -> list[RawSheet]:
    """Every worksheet of a workbook, hidden ones too; chart sheets hold no cells.

    Args:
        data: The workbook.
        path: The file, to name in a refusal.
        errors_of: Gives the error cells of a sheet by its place among all sheets, from 0, and its name. It is called
            before calamine lays the sheet out, and may refuse it.

    Raises:
        UnreadableFile: protected by a password, or damaged.
    """
    found = []
    try:
        with calamine.load_workbook(io.BytesIO(data)) as workbook:
            for place, about in enumerate(workbook.sheets_metadata):
                if about.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                errors = errors_of(place, about.name)
                sheet = workbook.get_sheet_by_name(about.name)
                row, column = sheet.end or (0, 0)
                if column >= MAX_COLUMNS or (row + 1) * (column + 1) > MAX_CELLS:
                    raise damaged(path, f"sheet {about.name} reaches column {column + 1:,} of row {row + 1:,}")
                is_hidden = about.visible != calamine.SheetVisibleEnum.Visible
                found.append(_sheet(sheet, errors, is_hidden))
    except calamine.PasswordError as error:
        raise protected(path) from error
    except UnreadableFile:
        raise
    except BaseException as error:
        if not is_damage(error):
            raise
        raise damaged(path, str(error)) from error
    return found


def protected(path: Path) -> UnreadableFile:
    """The refusal of a workbook that needs a password."""
    return UnreadableFile(path, "the workbook is protected with a password", "save a copy without the password")


def damaged(path: Path, detail: str) -> UnreadableFile:
    """The refusal of a workbook that does not hold together."""
    return UnreadableFile(
        path,
        f"the workbook is damaged ({detail or 'it ends too soon'})",
        "download it again, or open it and save a copy",
    )


def _sheet(sheet: calamine.CalamineSheet, errors: Errors, is_hidden: bool) -> RawSheet:
    left = [None] * (sheet.start[1] if sheet.start else 0)
    errors_in: dict[int, dict[int, str]] = {}
    for (row, column), text in errors.items():
        errors_in.setdefault(row, {})[column] = text
    end = max(sheet.end[0] if sheet.end else -1, *errors_in, -1)
    gathered = Gathered()
    for row, values in enumerate(chain(sheet.iter_rows(), repeat([]))):
        if row > end:
            break
        cells: list[object] = [*left, *values] if left or row in errors_in else list(values)
        gathered.add(row + 1, _with_errors(cells, errors_in[row]) if row in errors_in else cells)
    return trimmed(gathered.frame(), sheet=sheet.name, is_hidden=is_hidden)


def _with_errors(cells: list[object], errors: Mapping[int, str]) -> list[object]:
    cells += [None] * (max(errors) + 1 - len(cells))
    for column, text in errors.items():
        cells[column] = text
    return cells
