"""Ids of landed rows: the same on every machine and in every version, for the same source, delivery and key."""

from collections.abc import Sequence
from functools import reduce
from hashlib import md5
from operator import xor

import numpy as np
import polars as pl
import pyarrow as pa

SEPARATOR = "|"
_DIGITS = 32


def ids_of(frame: pl.DataFrame, *parts: Sequence[str], salt: str) -> pl.Series:
    """An id of 32 hexadecimal digits for each row.

    Of each part of the key (its columns' texts, joined by `|`, null as nothing) the MD5 is taken as two numbers of 64
    bits, with the salt before it; the id is the sum of the parts' numbers, each modulo 2 to the 64. Equal parts are
    hashed once, which makes ten million ids as cheap as a few thousand hashes, and two different keys meet as seldom
    as two MD5s do.

    Args:
        frame: The rows.
        parts: The columns of the key, in parts that repeat: what many rows share, and what the others do.
        salt: What all rows share beside the key.
    """
    total = np.zeros((frame.height, 2), dtype=np.uint64)
    for number, columns in enumerate(parts):
        total += _numbers(frame, columns, f"{salt}{SEPARATOR}{number}{SEPARATOR}")
    digits = total.astype(">u8").tobytes().hex().encode()
    offsets = np.arange(0, _DIGITS * (frame.height + 1), _DIGITS, dtype=np.int64)
    return pl.Series(pa.LargeStringArray.from_buffers(frame.height, pa.py_buffer(offsets), pa.py_buffer(digits)))


def _numbers(frame: pl.DataFrame, columns: Sequence[str], salt: str) -> np.ndarray:
    """For each row the MD5 of its columns' texts as two numbers."""
    text = pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in columns], separator=SEPARATOR)
    key = reduce(xor, (pl.col(column).hash(seed=place) for place, column in enumerate(columns)))
    keys = frame.select(key.alias("key"), *columns)
    different = keys.unique("key").select("key", text.alias("text"))
    digests = b"".join(md5((salt + said).encode()).digest() for said in different["text"])
    halves = np.frombuffer(digests, dtype=">u8").astype(np.uint64).reshape(-1, 2)
    numbers = pl.DataFrame({"key": different["key"], "high": halves[:, 0], "low": halves[:, 1]})
    of_rows = keys.select("key").join(numbers, on="key", how="left", maintain_order="left")
    return of_rows.select("high", "low").to_numpy()
