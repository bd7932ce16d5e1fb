"""How a text file is written, which its table no longer shows: separator, encoding, blank rows at its end.

What belongs here: what the bytes say. What does not: reading them (pipelines/readers).
"""

from dataclasses import dataclass
from pathlib import Path

from pipelines.readers.csv import delimiter_of
from pipelines.readers.encoding import decode

_BLANK = ' \t\r,;"'


@dataclass(frozen=True)
class Writing:
    """What separates the cells, whether the bytes are UTF-8, and how many rows of separators alone stand at the end."""

    delimiter: str
    is_utf8: bool
    blank_rows_at_end: int


def writing_of(data: bytes, path: Path) -> Writing:
    """How the text in `data` is written.

    Raises:
        UnreadableFile: the bytes are not text.
    """
    text = decode(data, path)
    try:
        data.decode("utf-8")
        is_utf8 = True
    except UnicodeDecodeError:
        is_utf8 = False
    blank = 0
    for line in reversed(text.splitlines()):
        if line.strip(_BLANK):
            break
        blank += bool(line.strip())
    return Writing(delimiter_of(text), is_utf8, blank)
