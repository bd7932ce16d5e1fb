"""The contract of a public table is enforced on what an engine wrote."""

from pathlib import Path

import duckdb
import pytest

from pipelines.distributed.gather import Contract, ContractBroken, contracts, gather
from pipelines.warehouse.manifest import manifest

PROMISED = Contract("figures", {"figure_id": "varchar", "value": "double", "rows": "bigint"}, ("figure_id",))


def gathered(tmp_path: Path, select: str) -> list[tuple[str, str]]:
    place = tmp_path / "tables" / "main" / "figures"
    place.mkdir(parents=True)
    duckdb.execute(f"copy ({select}) to '{place / 'part-0.parquet'}' (format parquet)")
    gather(tmp_path / "tables", tmp_path / "public", [PROMISED])
    found = duckdb.execute(f"describe select * from '{tmp_path / 'public' / 'figures.parquet'}'").fetchall()
    return [(row[0], row[1]) for row in found]


def test_columns_come_in_the_order_and_the_types_of_the_contract(tmp_path: Path) -> None:
    assert gathered(tmp_path, "select 1::integer as rows, 'a' as figure_id, 2::decimal(4, 1) as value") == [
        ("figure_id", "VARCHAR"), ("value", "DOUBLE"), ("rows", "BIGINT"),
    ]  # fmt: skip


def test_a_missing_and_an_extra_column_are_named(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match=r"figures: .* columns more, value"):
        gathered(tmp_path, "select 'a' as figure_id, 1 as rows, 2 as more")


def test_a_null_where_none_may_be_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match=r"figures\.figure_id is null"):
        gathered(tmp_path, "select null::varchar as figure_id, 1.0 as value, 1 as rows")


def test_a_table_of_which_no_file_was_written_is_one_without_rows(tmp_path: Path) -> None:
    gather(tmp_path / "tables", tmp_path / "public", [PROMISED])
    found = duckdb.execute(f"select count(*), count(value) from '{tmp_path / 'public' / 'figures.parquet'}'").fetchone()
    assert found == (0, 0)


def test_every_public_table_has_its_contract_here() -> None:
    found = {contract.name: contract for contract in contracts(manifest())}
    assert {"observations", "attributions", "attribution_gaps", "comparisons"} <= set(found)
    assert "comparison_statistics" not in found
    assert found["attributions"].columns["period_end"] == "date"
    assert "observation_id" in found["attributions"].never_null
