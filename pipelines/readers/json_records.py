"""JSON records: a list of objects, alone, under one name, or keyed.

Read: `[{...}, ...]`; the same list under one name, such as `{"results": [...]}`; and objects (or lists of objects)
each under its own key, as `{"areas": {"E06000001": [{...}], ...}}`, where the keys become the first column, `key`.
Plain values beside the records (a title, a page number) describe the file and are no record's cells.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.readers.encoding import decode
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS, MAX_JSON_BYTES, MAX_JSON_VALUES
from pipelines.readers.raw import ROW, RawSheet, UnreadableFile
from pipelines.readers.source import Source
from pipelines.readers.texts import text_of

_KEY = "key"
_MAX_DIGITS = 300
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")


def sheets(source: Source) -> list[RawSheet]:
    """The records, with the union of their names in order of first appearance.

    NaN and Infinity, which some programs write although JSON has no such numbers, stay the words they are.

    Raises:
        UnreadableFile: not JSON, too large, no records, or an object that repeats a name (one value would be lost).
    """
    path = source.path
    data = source.whole(MAX_JSON_BYTES, "JSON", "export the table as CSV or Parquet")
    whole = parsed(decode(data, path), path)
    records = _records(whole)
    if not records:
        reason = "the JSON does not hold records, a list of objects with named values"
        raise UnreadableFile(path, reason, "export the table as a list of objects, or as CSV")
    header = tuple(dict.fromkeys(name for record in records for name in record))
    if len(header) > MAX_COLUMNS or len(header) * len(records) > MAX_CELLS:
        reason = f"its {len(records):,} records have {len(header):,} names, more than any table"
        raise UnreadableFile(path, reason, "give each record the same few names, and the values under them")
    columns = [pl.Series(ROW, range(1, len(records) + 1), dtype=pl.Int64)]
    for place, name in enumerate(header, start=1):
        columns.append(pl.Series(str(place), [_text(record.get(name)) for record in records], dtype=pl.String))
    return [RawSheet(None, pl.DataFrame(columns), 1, header)]


def parsed(text: str, path: Path) -> object:
    """What a JSON text holds.

    Raises:
        UnreadableFile: not JSON, nested too deeply, too many values, or an object that repeats a name.
    """

    def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(name for name, _ in pairs)
            reason = f"an object in the JSON repeats the name {counts.most_common(1)[0][0][:100]}"
            raise UnreadableFile(path, reason, "give each value of an object a name of its own")
        return found

    if text.count(",") + text.count("{") + text.count("[") > MAX_JSON_VALUES:
        reason = f"the JSON holds more than {MAX_JSON_VALUES:,} values"
        raise UnreadableFile(path, reason, "export the table as CSV or Parquet")
    try:
        whole = json.loads(
            text, object_pairs_hook=unrepeated, parse_int=_whole_number, parse_float=_number, parse_constant=str
        )
    except json.JSONDecodeError as error:
        reason = f"it is not valid JSON (line {error.lineno}: {error.msg})"
        raise UnreadableFile(path, reason, "export it again, or download it again") from error
    except RecursionError as error:
        raise UnreadableFile(path, "the JSON is nested too deeply", "export it as a list of flat objects") from error
    if _HALF_CHARACTER.search(text):
        try:
            json.dumps(whole, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise UnreadableFile(
                path, "a text in the JSON holds half a character (\\ud800)", "export it again"
            ) from error
    return whole


def _whole_number(digits: str) -> int | str:
    """A whole number; one with more digits than Python turns into a number stays as it stands."""
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _number(digits: str) -> float | str:
    """A number; one too large for a float stays as it stands."""
    number = float(digits)
    return number if math.isfinite(number) else digits


def _records(whole: object) -> list[dict[str, Any]]:
    """The records, or none where the JSON has no single place for them."""
    if _is_records(whole):
        return whole  # type: ignore[return-value]
    if not isinstance(whole, dict):
        return []
    inside = [value for value in whole.values() if isinstance(value, list | dict)]
    if len(inside) == 1 and _is_records(inside[0]):
        return inside[0]  # type: ignore[return-value]
    if len(inside) == 1 and (records := list(_keyed(inside[0]))):
        return records
    return list(_keyed(whole)) if all(isinstance(value, dict) for value in whole.values()) else []


def _is_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(record, dict) for record in value)


def _keyed(whole: object) -> Iterator[dict[str, Any]]:
    """Objects, or lists of objects, each with the key it stands under; nothing where any value is something else."""
    if not isinstance(whole, dict) or not all(
        isinstance(value, dict) or _is_records(value) for value in whole.values()
    ):
        return
    versions = {key: [value] if isinstance(value, dict) else value for key, value in whole.items()}
    name = _KEY
    while any(name in record for records in versions.values() for record in records):
        name += "_"
    for key, records in versions.items():
        for record in records:
            yield {name: key, **record}


def _text(value: object) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text_of(value)
