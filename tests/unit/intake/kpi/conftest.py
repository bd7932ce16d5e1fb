"""The landed numbers of a KPI return, by indicator, version and breakdown."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import polars as pl
import pytest

from pipelines.workspace import Workspace


class Number(NamedTuple):
    """What one measure of a return came to."""

    numerator: float | None
    denominator: float | None
    value: float | None
    marker: str | None


Key = tuple[str, str, str]


@pytest.fixture
def landed(workspace: Workspace) -> Callable[[str], dict[Key, Number]]:
    """The numbers of one dataset that were landed, each key once."""

    def numbers(dataset: str) -> dict[Key, Number]:
        found: dict[Key, Number] = {}
        for key, number in _rows(workspace, dataset):
            assert key not in found, f"{key} landed twice"
            found[key] = number
        return found

    return numbers


def _rows(workspace: Workspace, dataset: str) -> Iterator[tuple[Key, Number]]:
    frame = pl.read_parquet(workspace.landed / "observations" / dataset / "D*.parquet")
    assert set(frame["area_code"]) == {"quillmarsh"}
    for row in frame.iter_rows(named=True):
        value = None if row["value"] is None else round(row["value"], 6)
        key = (row["indicator_id"], row["definition_version"], row["breakdown_id"])
        yield key, Number(row["numerator"], row["denominator"], value, row["value_marker"])
