"""Legacy XLS (BIFF5 and BIFF8 in an OLE container)."""

import struct
from collections.abc import Iterator

from pipelines.readers import calamine
from pipelines.readers.limits import MAX_WORKBOOK_BYTES
from pipelines.readers.raw import RawSheet
from pipelines.readers.source import Source

_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_FORMULA, _END_OF_STREAM, _FILE_PASSWORD, _BOUND_SHEET = 0x0006, 0x000A, 0x002F, 0x0085
_DIMENSIONS, _ERROR_OR_TRUTH, _BEGIN_OF_STREAM = 0x0200, 0x0205, 0x0809
_CELLS = frozenset({_FORMULA, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, _ERROR_OR_TRUTH, 0x027E})
_MAX_ROWS, _MAX_COLUMNS = 65_536, 256
_TEXTS = 0x00FC
_SECTOR_SIZES = {9: 512, 12: 4096}
_SMALLEST = 64
_LAST_SECTOR = 0xFFFFFFFA


def sheets(source: Source) -> list[RawSheet]:
    """Every worksheet of the workbook.

    Raises:
        UnreadableFile: protected or damaged.
    """
    path = source.path
    data = source.whole(MAX_WORKBOOK_BYTES, "a workbook", "save the table alone, as CSV")
    try:
        stream = _workbook_stream(data)
        records = list(_records(stream, 0))
        offsets = [struct.unpack_from("<I", body)[0] for kind, body in records if kind == _BOUND_SHEET]
        if any(kind == _FILE_PASSWORD for kind, _ in records):
            raise calamine.protected(path)
        for kind, body in records:
            # Room for as many texts as are claimed is set aside before the first is read: each takes three bytes.
            if kind == _TEXTS and struct.unpack_from("<I", body, 4)[0] * 3 > len(stream):
                raise IndexError("it claims more texts than it has room for")
        # Before calamine: it lays out every sheet at once, and ends the whole process on a cell at a damaged address.
        _check_places(stream, offsets)
        errors = [_errors(stream, offset) for offset in offsets]
        return calamine.sheets(data, path, lambda place, _: errors[place])
    except (struct.error, IndexError, KeyError) as error:
        raise calamine.damaged(path, "it is cut short or its parts do not fit together") from error


def _records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, charts inside it included.

    Raises:
        IndexError: no substream begins there.
    """
    if struct.unpack_from("<H", stream, position)[0] != _BEGIN_OF_STREAM:
        raise IndexError("a part does not begin where it is said to")
    depth = 0
    while position + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, position)
        yield kind, stream[position + 4 : position + 4 + length]
        position += 4 + length
        depth += (kind == _BEGIN_OF_STREAM) - (kind == _END_OF_STREAM)
        if depth <= 0:
            return


def _errors(stream: bytes, offset: int) -> dict[tuple[int, int], str]:
    """The error cells of one sheet: constants, and formulas whose stored result is an error."""
    errors = {}
    depth = 0
    for kind, body in _records(stream, offset):
        depth += (kind == _BEGIN_OF_STREAM) - (kind == _END_OF_STREAM)
        if depth > 1:
            continue  # a chart's own copy of the cells
        code = None
        if kind == _ERROR_OR_TRUTH and body[7]:
            code = body[6]
        elif kind == _FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
            code = body[8]
        if code is not None:
            errors[struct.unpack_from("<HH", body)] = _ERRORS.get(code, f"#ERR{code}")
    return errors


def _check_places(stream: bytes, offsets: list[int]) -> None:
    """Refuse a cell or an extent that no XLS can have, wherever a sheet's records lead, whole or not."""
    seen: set[int] = set()
    for position in offsets:
        while position + 4 <= len(stream) and position not in seen:
            seen.add(position)
            kind, length = struct.unpack_from("<HH", stream, position)
            body = stream[position + 4 : position + 4 + length]
            if kind == _DIMENSIONS:
                top, rows, left, columns = struct.unpack_from("<IIHH" if len(body) >= 14 else "<HHHH", body)
                _check_place(rows - 1, columns - 1)
                if top > rows or left > columns:
                    raise IndexError(f"no sheet begins in row {top + 1} and ends in row {rows}")
            elif kind in _CELLS:
                _check_place(*struct.unpack_from("<HH", body))
            position += 4 + length


def _check_place(row: int, column: int) -> None:
    if row >= _MAX_ROWS or column >= _MAX_COLUMNS:
        raise IndexError(f"no XLS has a row {row + 1} with a column {column + 1}")


def _workbook_stream(data: bytes) -> bytes:
    """The workbook's stream out of its OLE compound file ([MS-CFB])."""
    size = _SECTOR_SIZES[struct.unpack_from("<H", data, 30)[0]]
    directory_start, mini_cutoff, mini_table_start = (struct.unpack_from("<I", data, at)[0] for at in (48, 56, 60))

    def sector(number: int) -> bytes:
        return data[(number + 1) * size : (number + 2) * size]

    def numbers(block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    table_sectors = numbers(data[76:512])
    more = struct.unpack_from("<I", data, 68)[0]
    seen: set[int] = set()
    while more < _LAST_SECTOR and len(seen) < struct.unpack_from("<I", data, 72)[0]:
        if not sector(more) or more in seen:
            raise IndexError("its table of sectors lies outside the file or runs in a circle")
        seen.add(more)
        *these, more = numbers(sector(more))
        table_sectors += these
    table = [entry for number in table_sectors if number < _LAST_SECTOR for entry in numbers(sector(number))]

    def chain(number: int, links: list[int]) -> Iterator[int]:
        # A sector stands in one chain and there once: one that is met again runs in a circle.
        for _ in range(min(len(links), len(data) // _SMALLEST) + 1):
            if number >= _LAST_SECTOR:
                return
            yield number
            number = links[number]
        raise IndexError("a chain of its sectors runs in a circle")

    def stream(start: int) -> bytes:
        return b"".join(sector(number) for number in chain(start, table))

    directory = stream(directory_start)
    entries = {}
    for at in range(0, len(directory), 128):
        name = directory[at : at + struct.unpack_from("<H", directory, at + 64)[0]][:64].decode("utf-16-le", "replace")
        entries[name.rstrip("\0")] = struct.unpack_from("<II", directory, at + 116)
    start, length = entries["Workbook"] if "Workbook" in entries else entries["Book"]
    if length >= mini_cutoff:
        return _whole(stream(start), length)
    container = stream(entries["Root Entry"][0])
    links = numbers(stream(mini_table_start))
    return _whole(b"".join(container[number * 64 : (number + 1) * 64] for number in chain(start, links)), length)


def _whole(stream: bytes, length: int) -> bytes:
    if len(stream) < length:
        raise IndexError("the stream is shorter than its directory says")
    return stream[:length]
