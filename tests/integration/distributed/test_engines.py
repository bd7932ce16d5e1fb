"""The engines themselves: every rule means on them what it means in DuckDB, and the small country comes out the same.

Each runs in a process of the engines' environment, which `make test` does not make: without it these tests are skipped.
"""

import json
import subprocess
from pathlib import Path

import pytest

from pipelines.warehouse.dbt_run import build
from tests.conftest import ROOT
from tests.integration.warehouse.stories import small_country

pytestmark = [pytest.mark.integration, pytest.mark.engines]

# Sail makes a decimal of a binary number in binary: a fraction beyond ten million has other last digits in a text.
DIGITS_ON_SAIL = {"t || x", "concat_ws('|', t, d, x, b)", "cast(x as varchar)"}


def in_engines(*arguments: object) -> subprocess.CompletedProcess[str]:
    python = ROOT / ".venv-distributed" / "bin" / "python"
    command = [python, "-W", "ignore", "-m", *arguments]
    return subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False)


def differing(engine: str, folder: Path) -> set[str]:
    """The expressions that come out otherwise than in DuckDB."""
    run = in_engines("tests.integration.distributed.try_rules", engine, folder)
    assert run.returncode == 0, run.stderr[-3000:]
    said = json.loads(run.stdout[run.stdout.index('{"tried"') :])
    assert said["tried"] > 90
    return {
        statement.removeprefix("select k, ").removesuffix(" as r from figures") for statement, *_ in said["differing"]
    }


@pytest.mark.spark
def test_every_rule_means_the_same_on_a_spark_cluster(tmp_path: Path) -> None:
    assert differing("spark", tmp_path) == set()


def test_every_rule_means_the_same_on_sail_but_for_digits_of_large_fractions(tmp_path: Path) -> None:
    assert differing("sail", tmp_path) == DIGITS_ON_SAIL


def test_the_small_country_on_sail_is_duckdbs_row_for_row(tmp_path: Path) -> None:
    warehouse = small_country().write(tmp_path / "warehouse")
    assert [node for node in build(warehouse) if node.is_failure] == []
    run = in_engines(
        "pipelines.distributed", warehouse, tmp_path / "out", "--engine", "sail", "--no-tests", "--compare"
    )
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
    tables = len(list((tmp_path / "out" / "public").glob("*.parquet")))
    assert f"{tables} of {tables} public tables are the same as DuckDB's" in run.stdout
