"""Invented names of places. None may be taken for a real one: no stem or ending here is found in British place names.

The word that marks every file stands here too.
"""

from collections.abc import Iterator
from itertools import islice

FICTIONAL = "FICTIONAL"

_STEMS = (
    "Zar", "Quo", "Vex", "Xel", "Jov", "Ynd", "Ziv", "Vork", "Krel", "Glimz",
    "Skaz", "Brox", "Plimq", "Ozz", "Thraz", "Wux", "Fnor", "Drux", "Nyx", "Gwiz",
)  # fmt: skip
_ENGLISH_ENDINGS = ("ovia", "andor", "imora", "uzzle", "iquen", "ondria", "athul", "orvex", "umbrax", "ystel")


def english_names(count: int) -> tuple[str, ...]:
    """Names of authorities in the part of the country whose nation is England."""
    return tuple(islice(_combined(), count))


def welsh_names(count: int) -> tuple[str, ...]:
    """Names of authorities in the part of the country whose nation is Wales."""
    return tuple(f"{stem}llyx" for stem in _STEMS[:count])


def region_names(count: int) -> tuple[str, ...]:
    """Names of regions, marked: registers of regions have no column for a note."""
    return tuple(f"{stem}land ({FICTIONAL})" for stem in _STEMS[:count])


def _combined() -> Iterator[str]:
    """Every stem with every ending, neighbours differing in both."""
    for step in range(len(_ENGLISH_ENDINGS)):
        for place, stem in enumerate(_STEMS):
            yield stem + _ENGLISH_ENDINGS[(place + step) % len(_ENGLISH_ENDINGS)]
