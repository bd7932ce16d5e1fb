"""Bytes to text: the encodings published files are met in. Shared by CSV, JSON and the sniffing of formats."""

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.readers.raw import UnreadableFile

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16 LE, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks and the encoding each one tells."""

_REMEDY = "export it again as CSV in UTF-8"
_NOT_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SURELY_UTF8 = re.compile(rb"\xc2[\xa0-\xbf]|[\xc3-\xc5][\x80-\xbf]|\xe2[\x80-\x8b][\x80-\xbf]")
"""Letters with accents and typographic marks in UTF-8. In Windows-1252 the same bytes would be `Ã©` or `â€™`."""


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes become text.

    Attributes:
        name: Python's name of the encoding.
        mark: Length of the byte order mark before the text.
    """

    name: str
    mark: int


def encoding_of(blocks: Iterable[bytes], path: Path) -> Encoding:
    """The encoding by byte order mark, else UTF-8 where it is that throughout, else Windows-1252.

    Args:
        blocks: All bytes of the file, in blocks of any size; one is held at a time.
        path: The file, to name in a refusal.

    Raises:
        UnreadableFile: the bytes are not text in any of these, hold a NUL, or are part UTF-8 and part Windows-1252.
    """
    rest = iter(blocks)
    head = b""
    for block in rest:
        head += block
        if len(head) >= 4:
            break
    whole = _chained(head, rest)
    for mark, name in MARKS:
        if head.startswith(mark):
            _check_marked(whole, Encoding(name, len(mark)), path)
            return Encoding(name, len(mark))
    return Encoding(_unmarked(whole, path), 0)


def decode(data: bytes, path: Path) -> str:
    """Decode by byte order mark, else as UTF-8, else as Windows-1252.

    Raises:
        UnreadableFile: as `encoding_of` says.
    """
    encoding = encoding_of([data], path)
    return data[encoding.mark :].decode(encoding.name)


def as_utf8(blocks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The text of checked bytes as UTF-8 without a mark, block by block."""
    decoder = codecs.getincrementaldecoder(encoding.name)()
    skip = encoding.mark
    for block in blocks:
        kept = block[skip:]
        skip -= len(block) - len(kept)
        yield kept if encoding.name == "utf-8" else decoder.decode(kept).encode()


def _chained(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _check_marked(blocks: Iterable[bytes], encoding: Encoding, path: Path) -> None:
    decoder = codecs.getincrementaldecoder(encoding.name)()
    at, lines = 0, 1
    skip = encoding.mark
    for block in _with_end(blocks):
        try:
            text = decoder.decode(block[skip:] if block is not None else b"", final=block is None)
        except UnicodeDecodeError as error:
            # What the error speaks of begins with bytes the decoder had kept from the block before.
            fed = len(block) - skip if block is not None else 0
            place = at + skip - (len(error.object) - fed) + error.start + 1
            reason = f"it is marked as {encoding.name.upper()} but byte {place} is not"
            raise UnreadableFile(path, reason, _REMEDY) from error
        if "\0" in text:
            line = lines + text.count("\n", 0, text.index("\0"))
            raise UnreadableFile(path, f"it holds a NUL character on line {line}", _REMEDY)
        lines += text.count("\n")
        at += len(block) if block is not None else 0
        skip = 0


def _with_end(blocks: Iterable[bytes]) -> Iterator[bytes | None]:
    yield from blocks
    yield None


def _unmarked(blocks: Iterable[bytes], path: Path) -> str:
    """UTF-8 or Windows-1252, whichever the bytes are throughout; places are counted from 1."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    at = 0
    not_utf8 = surely_utf8 = not_cp1252 = 0
    tail = b""
    for block in _with_end(blocks):
        if block is not None and b"\0" in block:
            _refuse_nul(block, at, path)
        pending = len(decoder.getstate()[0])
        if block is None or pending or not block.isascii():
            try:
                if not not_utf8:
                    decoder.decode(block or b"", final=block is None)
            except UnicodeDecodeError as error:
                not_utf8 = at - pending + error.start + 1
                decoder.reset()
            if block is not None and not not_cp1252 and (found := _NOT_CP1252.search(block)):
                not_cp1252 = at + found.start() + 1
            joined = tail + (block or b"")  # a letter may lie across two blocks
            if not surely_utf8 and (found := _SURELY_UTF8.search(joined)):
                surely_utf8 = at - len(tail) + found.start() + 1
        if block is not None:
            at += len(block)
            tail = block[-2:]
    if not not_utf8:
        return "utf-8"
    if surely_utf8:
        reason = f"part of it is UTF-8 (byte {surely_utf8:,}) and part is not (byte {not_utf8:,})"
        raise UnreadableFile(path, reason, "its files were joined in two encodings: " + _REMEDY)
    if not_cp1252:
        raise UnreadableFile(path, f"it is not text in UTF-8, UTF-16 or Windows-1252 (byte {not_cp1252})", _REMEDY)
    return "cp1252"


def _refuse_nul(block: bytes, at: int, path: Path) -> None:
    sample = block[:4096]
    halves = sorted((sample[::2].count(0), sample[1::2].count(0)))
    if at == 0 and halves[0] == 0 and halves[1] > len(sample) // 4:
        raise UnreadableFile(path, "it looks like UTF-16 without a byte order mark", _REMEDY)
    reason = f"it holds a NUL byte (byte {at + block.index(0) + 1}), so it is not a text table"
    raise UnreadableFile(path, reason, _REMEDY)
