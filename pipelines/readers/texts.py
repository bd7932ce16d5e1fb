"""How a stored value becomes text, one by one and a column at a time: the same text either way."""

import datetime as dt
import math
from collections.abc import Sequence

import polars as pl

_NOTHING = type(None)


def text_of(value: object) -> str | None:
    """The text of one stored value, inventing nothing: 2.6 is "2.6", 301.0 is "301", a midnight is its date.

    Args:
        value: None, text, a number, a truth value, a date, a time, a moment or a duration.

    Returns:
        The text; None for None and for empty text. Text itself is returned as it is.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else repr(value).removesuffix(".0")
    if isinstance(value, dt.datetime):
        is_midnight = value.time() == dt.time() and value.tzinfo is None
        return value.date().isoformat() if is_midnight else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return str(value)


def column_of(values: Sequence[object]) -> pl.Series:
    """The texts of a column of stored values, as `text_of` gives them (but empty text stays as it is)."""
    kinds = set(map(type, values))
    if kinds <= {str, _NOTHING}:
        return pl.Series(values, dtype=pl.String)
    if kinds == {float}:
        return numbers(pl.Series(values, dtype=pl.Float64))
    if kinds <= {float, str, _NOTHING}:
        is_number = [type(value) is float for value in values]
        found = numbers(pl.Series([v if f else None for v, f in zip(values, is_number, strict=True)], dtype=pl.Float64))
        texts = pl.Series([None if f else v for v, f in zip(values, is_number, strict=True)], dtype=pl.String)
        return found.zip_with(pl.Series(is_number), texts)
    return pl.Series([text_of(value) for value in values], dtype=pl.String)


def numbers(column: pl.Series) -> pl.Series:
    """The texts of Float64. Polars writes them as Python does, but for very large and small ones and what is none."""
    size = column.abs()
    is_plain = ((size >= 0.001) & (size < 1e15)) | (size == 0)
    odd = column.filter(~is_plain)
    text = column.cast(pl.String).str.strip_suffix(".0")
    return text if odd.is_empty() else text.zip_with(is_plain.fill_null(True), each(column, odd.unique()))


def each(column: pl.Series, values: pl.Series) -> pl.Series:
    """The texts of a column of any kind, each of its distinct `values` written once; null for what is none of them."""
    texts = pl.Series([text_of(value) for value in values.to_list()], dtype=pl.String)
    return column.replace_strict(values, texts, default=None, return_dtype=pl.String)
