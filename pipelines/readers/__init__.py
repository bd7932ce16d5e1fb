"""Readers: a file becomes raw sheets of text, and a raw sheet becomes a table. Nothing more.

What belongs here: file formats, encodings, delimiters, row numbers, headers. What does not: datasets, indicators,
the meaning of any cell. A reader never guesses what a marker means, never turns text into a number and never
loses a cell; what it cannot read whole it refuses, in one line that says what to do.
"""

from pipelines.readers.limits import Pieces
from pipelines.readers.opened import Opened
from pipelines.readers.raw import ROW, RawSheet, UnreadableFile
from pipelines.readers.reading import open_file, read
from pipelines.readers.table import Table, blocks, columns_under, continued, heading, tables, tabulate

__all__ = [
    "ROW",
    "Opened",
    "Pieces",
    "RawSheet",
    "Table",
    "UnreadableFile",
    "blocks",
    "columns_under",
    "continued",
    "heading",
    "open_file",
    "read",
    "tables",
    "tabulate",
]
