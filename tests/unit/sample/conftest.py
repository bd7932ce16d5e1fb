"""The sample, written once for every test of this folder, and its files as tables of text."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipelines.readers.reading import read
from pipelines.readers.table import tabulate
from pipelines.sample import write


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sample")
    write(directory)
    return directory


@pytest.fixture(scope="session")
def files(folder: Path) -> list[Path]:
    """Every data file: no sidecar, no README."""
    return sorted(path for path in folder.iterdir() if path.suffix not in (".yml", ".md"))


@pytest.fixture(scope="session")
def table(folder: Path) -> Callable[[str], pl.DataFrame]:
    """A file of the sample by the end of its name, every cell as text."""
    seen: dict[str, pl.DataFrame] = {}

    def get(name: str) -> pl.DataFrame:
        if name not in seen:
            sheet = read(folder / f"FICTIONAL_{name}")[0]
            first = None if sheet.header else int(sheet.cells.filter(pl.last().is_not_null())["__row"][0])
            seen[name] = tabulate(sheet, first).frame.drop("__row")
        return seen[name]

    return get
