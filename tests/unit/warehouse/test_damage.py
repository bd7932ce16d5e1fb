"""A building database with a block that cannot be read is trusted no longer."""

import duckdb
import pytest

from pipelines.warehouse.damage import leave_damaged
from pipelines.warehouse.standing import DATABASE, read, seal


@pytest.fixture
def warehouse(tmp_path):
    path = tmp_path / DATABASE
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema internal")
        connection.execute("create table internal.rows as from (select hash(i) as h, i from range(300_000) as r(i))")
    seal(tmp_path, "2026.1", None)
    return tmp_path


def test_what_can_be_read_stands(warehouse):
    assert leave_damaged(warehouse) is None
    assert read(warehouse) is not None


def test_a_block_that_cannot_be_read_ends_the_trust(warehouse):
    path = warehouse / DATABASE
    with path.open("r+b") as file:
        file.seek(path.stat().st_size * 6 // 10)
        file.write(b"\xff" * 4096)
    said = leave_damaged(warehouse)
    assert said.startswith("the tables that stand are damaged (")
    assert "checksum" in said
    assert read(warehouse) is None


def test_what_nobody_would_trust_is_not_read(warehouse):
    (warehouse / DATABASE).with_suffix(".seal.json").unlink()
    (warehouse / DATABASE).write_bytes(b"")
    assert leave_damaged(warehouse) is None
