"""Bytes to text: the encodings published files are met in. Shared by CSV, JSON and the sniffing of formats."""

import codecs
from pathlib import Path

from pipelines.readers.raw import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REMEDY = "export it again as CSV in UTF-8"


def decode(data: bytes, path: Path) -> str:
    """Decode by byte order mark, else as UTF-8, else as Windows-1252.

    Raises:
        UnreadableFile: the bytes are not text in any of these, or hold a NUL.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                reason = f"it is marked as {encoding.upper()} but byte {error.start + len(mark) + 1} is not"
                raise UnreadableFile(path, reason, _REMEDY) from error
            return _without_nul(text, path)
    if b"\0" in data:
        _refuse_nul(data, path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        reason = f"it is not text in UTF-8, UTF-16 or Windows-1252 (byte {error.start + 1})"
        raise UnreadableFile(path, reason, _REMEDY) from error


def _without_nul(text: str, path: Path) -> str:
    if "\0" in text:
        reason = f"it holds a NUL character on line {text.count(chr(10), 0, text.index(chr(0))) + 1}"
        raise UnreadableFile(path, reason, _REMEDY)
    return text


def _refuse_nul(data: bytes, path: Path) -> None:
    sample = data[:4096]
    halves = sorted((sample[::2].count(0), sample[1::2].count(0)))
    if halves[0] == 0 and halves[1] > len(sample) // 4:
        raise UnreadableFile(path, "it looks like UTF-16 without a byte order mark", _REMEDY)
    raise UnreadableFile(path, f"it holds a NUL byte (byte {data.index(0) + 1}), so it is not a text table", _REMEDY)
