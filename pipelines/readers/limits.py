"""What a reader takes on, at most, and why. Past a limit a file is refused, with a remedy."""

from dataclasses import dataclass

MIB = 1024**2

MAX_CELLS = 20_000_000
"""Largest grid, blank cells included, that is laid out in memory: a full-height sheet of 19 columns fits."""

MAX_COLUMNS = 16_384
"""Most columns of a table: as many as a spreadsheet can have. Published tables have hundreds."""

MAX_RECORD_BYTES = 16 * MIB
"""Longest record of a delimited text that is read in pieces. A longer one is a quote that was never closed."""

MAX_JSON_BYTES = 64 * MIB
"""Largest JSON: it can only be read whole, and takes some twenty times its size in memory."""

MAX_JSON_VALUES = 5_000_000
"""Most values in a JSON: `[[],[],...]` is three bytes a value in the file and some eighty in memory."""

MAX_WORKBOOK_BYTES = 256 * MIB
"""Largest workbook file (XLSX, ODS, XLS): a spreadsheet program itself does not open one of this size."""

MAX_PART_BYTES = 512 * MIB
"""Most that the parts of an XLSX or ODS may hold unpacked: a full-height sheet of 19 columns fits."""

MAX_TEXT_BYTES = 512 * MIB
"""Most text that the cells of one sheet may hold together, a text that many cells share counted for each of them."""

MAX_PARTS = 10_000
"""Most members of a zip, and parts of an XLSX or ODS."""

MAX_MEMBER_BYTES = 256 * MIB
"""Most that the tables in a zip may hold unpacked, together. One delimited text alone is streamed."""

MAX_STREAMED_MEMBER_BYTES = 8 * 1024 * MIB
"""Most that the only table of a zip may hold unpacked where it is delimited text: some 130 million rows."""

HEAD_BYTES = MIB
"""How much of a file is looked at to tell its format and its delimiter."""


@dataclass(frozen=True)
class Pieces:
    """When a file is read in pieces, and how large these are.

    Attributes:
        whole_bytes: A delimited text of at most this size is read whole.
        piece_bytes: Bytes of delimited text to a piece.
        whole_cells: A Parquet file of at most so many cells is read whole.
        piece_cells: Cells of Parquet to a piece.
    """

    whole_bytes: int = 32 * MIB
    piece_bytes: int = 16 * MIB
    whole_cells: int = 8_000_000
    piece_cells: int = 2_000_000
