"""The spreadsheet in which a service manager records how their service is organised.

Everything in it comes from what is declared: columns from the dataset, models from the typologies, reasons for refusal
from the rules. Filled in, the same file is a delivery of the structure register: examples and instructions are declared
out of scope there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from pipelines.intake.layouts.registers.assertions import FROM_PRECISIONS, TENURES, TO_PRECISIONS
from pipelines.structures.instructions import COLUMNS, EXAMPLES, instructions
from sources.catalogue import Catalogue
from sources.models.vocabulary import Typology

DATASET = "dovetail__structure_register"
FILL_IN = "Structure register"
INSTRUCTIONS = "How to fill this in"
LISTS = "Lists"
ROWS = 1000
"""Rows with drop-down lists; rows below them are read all the same."""

DATES = ("valid_from", "valid_to", "source_date")


@dataclass(frozen=True)
class _Book:
    """A workbook under way, and its formats by name."""

    workbook: Any
    formats: dict[str, Any]


def write_template(path: Path, catalogue: Catalogue, services: Sequence[str], on: date) -> None:
    """Write the empty register.

    Args:
        path: The file to write.
        catalogue: What is declared.
        services: Names to choose a service from; where there are none, any name may be typed.
        on: The day it is written.
    """
    typologies = sorted(
        catalogue.typologies.values(), key=lambda each: (each.attributed, each.valid_from), reverse=True
    )
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"title": "Structure register", "created": datetime(on.year, on.month, on.day)})
        book = _Book(workbook, _formats(workbook))
        sheet = workbook.add_worksheet(FILL_IN)
        guide = workbook.add_worksheet(INSTRUCTIONS)
        lists = _lists(book, typologies, services)
        _to_fill(sheet, book, catalogue.datasets[DATASET].signature.required, lists)
        _guide(guide, book, catalogue, typologies)
        sheet.activate()


def _formats(workbook: Any) -> dict[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    wrap = base | {"text_wrap": True}
    return {
        "needed": workbook.add_format(
            wrap | {"bold": True, "bg_color": "#0b0c0c", "font_color": "#ffffff", "border": 1}
        ),
        "optional": workbook.add_format(wrap | {"bg_color": "#505a5f", "font_color": "#ffffff", "border": 1}),
        "example": workbook.add_format(wrap | {"italic": True, "font_color": "#505a5f", "bg_color": "#f3f2f1"}),
        "example_date": workbook.add_format(
            wrap
            | {
                "italic": True,
                "font_color": "#505a5f",
                "bg_color": "#f3f2f1",
                "num_format": "dd/mm/yyyy",
                "align": "left",
            }
        ),
        "date": workbook.add_format(base | {"num_format": "dd/mm/yyyy", "align": "left"}),
        "cell": workbook.add_format(wrap),
        "title": workbook.add_format(base | {"bold": True, "font_size": 16}),
        "heading": workbook.add_format(base | {"bold": True, "font_size": 12, "bottom": 1}),
        "term": workbook.add_format(wrap | {"bold": True}),
    }


def _lists(book: _Book, typologies: Sequence[Typology], services: Sequence[str]) -> dict[str, str]:
    """The hidden sheet of choices; gives the formula of each list. Models are named ranges, one a typology."""
    sheet = book.workbook.add_worksheet(LISTS)
    sheet.hide()
    columns: list[tuple[str, Sequence[str]]] = [
        ("typology", [typology.id for typology in typologies]),
        ("tenure", TENURES),
        ("from_precision", FROM_PRECISIONS),
        ("to_precision", TO_PRECISIONS),
        ("service", services),
        *((f"models_{typology.id}", [model.id for model in typology.models]) for typology in typologies),
    ]
    ranges = {}
    for place, (name, values) in enumerate(columns):
        sheet.write(0, place, name)
        sheet.write_column(1, place, values)
        if not values:
            continue
        letter = xlsxwriter.utility.xl_col_to_name(place)
        ranges[name] = f"={LISTS}!${letter}$2:${letter}${len(values) + 1}"
        if name.startswith("models_"):
            book.workbook.define_name(name, ranges[name])
    return ranges


def _to_fill(sheet: Any, book: _Book, columns: Sequence[str], lists: dict[str, str]) -> None:
    """The one sheet to fill: header, examples, and drop-down lists down to the last prepared row."""
    formats, at = book.formats, {name: place for place, name in enumerate(columns)}
    for name, place in at.items():
        column = COLUMNS[name]
        sheet.write(0, place, name, formats["needed" if column.is_needed else "optional"])
        sheet.write_comment(0, place, column.says, {"x_scale": 2, "y_scale": 1.5})
        sheet.set_column(place, place, column.width, formats["date" if name in DATES else "cell"])
        _choices(sheet, name, place, at, lists)
    sheet.set_row(0, 24)
    for row, example in enumerate(EXAMPLES, start=1):
        sheet.set_row(row, 42)
        for name, place in at.items():
            value = example.get(name)
            if isinstance(value, date):
                sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), formats["example_date"])
            else:
                sheet.write(row, place, value, formats["example"])
    sheet.freeze_panes(1, 1)
    _printed(sheet)
    sheet.repeat_rows(0)


def _choices(sheet: Any, name: str, place: int, at: dict[str, int], lists: dict[str, str]) -> None:
    rule: dict[str, Any]
    first = len(EXAMPLES) + 1
    if name == "model":
        typology = f"${xlsxwriter.utility.xl_col_to_name(at['typology'])}{first + 1}"
        rule = {"validate": "list", "source": f'=INDIRECT("models_"&{typology})'}
        title, message = "No such model", "Choose the typology first, then one of its models."
    elif name in lists:
        rule = {"validate": "list", "source": lists[name]}
        title, message = f"Not in the list: {name}", "Choose from the list."
    elif name in DATES:
        rule = {"validate": "date", "criteria": "between", "minimum": date(1998, 1, 1), "maximum": date(2100, 1, 1)}
        title, message = "Not a date", "Write a day, such as 01/04/2023."
    elif name == "scope_percent":
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100}
        title, message = "Not a percentage", "Write a number from 1 to 100, without the sign."
    else:
        return
    # A service may be new: its list only asks whether the name is meant.
    how = {"error_type": "warning" if name == "service" else "stop", "error_title": title, "error_message": message}
    sheet.data_validation(first, place, ROWS, place, rule | how)


def _guide(sheet: Any, book: _Book, catalogue: Catalogue, typologies: Sequence[Typology]) -> None:
    """Instructions: blocks of a heading and rows of up to three texts."""
    formats = book.formats
    sheet.set_column(0, 0, 30, formats["cell"])
    sheet.set_column(1, 1, 46, formats["cell"])
    sheet.set_column(2, 2, 70, formats["cell"])
    sheet.write(0, 0, "How to fill this in", formats["title"])
    row = 2
    for heading, texts in instructions(catalogue, typologies):
        sheet.write_row(row, 0, (heading, "", ""), formats["heading"])
        row += 1
        for text in texts:
            if len(text) == 1:
                sheet.merge_range(row, 0, row, 2, text[0], formats["cell"])
                sheet.set_row(row, 15 * (1 + len(text[0]) // 140))
            else:
                for place, part in enumerate(text):
                    sheet.write(row, place, part, formats["term" if place == 0 else "cell"])
                sheet.set_row(
                    row, 14 * max(1 + len(part) // width for part, width in zip(text, (28, 54, 86), strict=False))
                )
            row += 1
        row += 1
    _printed(sheet)


def _printed(sheet: Any) -> None:
    """On paper: A4 across, as many pages as it takes."""
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.set_margins(0.4, 0.4, 0.5, 0.5)
    sheet.fit_to_pages(1, 0)
