"""The small country, built once for all tests of the warehouse, and a read-only look into what came out."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.warehouse.build import bring_up_to_date
from pipelines.warehouse.results import NodeResult
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.credit_story import credit_country
from tests.integration.warehouse.stories import small_country


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Warehouse folder of the small country, before any build."""
    return small_country().write(tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="session")
def nodes(country: Path) -> list[NodeResult]:
    """What dbt did with it."""
    return bring_up_to_date(country)


@pytest.fixture(scope="session")
def warehouse(country: Path, nodes: list[NodeResult]) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database that was built."""
    assert [node for node in nodes if node.is_failure] == []
    with duckdb.connect(str(country / "building" / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def compiled(country: Path, nodes: list[NodeResult]) -> Compiled:
    """The SQL of that build."""
    return Compiled(country, nodes)


@pytest.fixture(scope="session")
def credit(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The second small country, built, with no data test failing."""
    folder = credit_country().write(tmp_path_factory.mktemp("credit"))
    connection = compiled.build(folder)
    assert compiled.failing(connection, folder) == set()
    return connection
