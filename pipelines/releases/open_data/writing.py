"""How periods, units and breakdowns are written as DfE tidy data, from our vocabularies and from the standard's.

What belongs here: words. What does not: which figures are written (figures.py) and the files (pairs.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.intake.periods import parse_period
from sources.catalogue import Catalogue
from sources.tidy import TidyStandard

WHOLE = "all"


@dataclass(frozen=True)
class TidyTime:
    """A period as the standard writes it. `family`: only those of one family may stand in one file."""

    period: str
    identifier: str
    family: str


@cache
def declared() -> Mapping[str, Any]:
    """What tidy.yml declares."""
    loaded: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "tidy.yml").read_text(encoding="utf-8"))
    return loaded


def tidy_time(start: date, end: date, catalogue: Catalogue, standard: TidyStandard) -> TidyTime | None:
    """The period as time_period and time_identifier; None where the standard has no words for these days.

    What is written is read back as the same days: the reader of tidy data parses it here.
    """
    weeks = (name for name, time in standard.times.items() if time.label_names_identifier)
    for identifier in (*declared()["time_identifiers"], *weeks):
        time = standard.times[identifier]
        kind = catalogue.period_types[time.period_type]
        for year in (start.year, start.year - 1, start.year + 1):
            period = f"{year}" if time.digits == 4 else f"{year}{(year + 1) % 100:02d}"
            read = parse_period(f"{period} {identifier}" if time.label_names_identifier else period, kind)
            if read is not None and (read.start, read.end) == (start, end):
                return TidyTime(period, identifier, time.mixes_with)
    return None


def items(breakdowns: Iterable[str], catalogue: Catalogue, standard: TidyStandard) -> dict[str, str]:
    """The item of each breakdown_id: its label, the standard's word for the whole, or the id where labels are equal."""
    labels = {
        breakdown: catalogue.breakdowns[breakdown].label if breakdown in catalogue.breakdowns else breakdown
        for breakdown in breakdowns
    }
    times = Counter(labels.values())
    return {
        breakdown: standard.conventions.default_item
        if breakdown == WHOLE
        else label
        if times[label] == 1
        else f"{label} ({breakdown})"
        for breakdown, label in labels.items()
    }


def value_column(unit: str) -> str:
    """What the column of values is called, by their unit."""
    return str(declared()["units"].get(unit, {}).get("name", "value_number"))


def tidy_unit(unit: str) -> str:
    """The unit as the standard writes it, empty where it has none."""
    return str(declared()["units"].get(unit, {}).get("unit", ""))


def symbols(catalogue: Catalogue, standard: TidyStandard) -> dict[str, str]:
    """The standard's symbol for each marker that stands for a number; what was suppressed to protect another is `c`."""
    accepted = standard.conventions.symbols.accepted
    written = {"c2": "c"}
    for marker in catalogue.markers.values():
        if marker.replaces_value:
            status = str(marker.disclosure_status or "")
            written[marker.id] = marker.id if marker.id in accepted else "c" if status.startswith("c") else "x"
    return written
