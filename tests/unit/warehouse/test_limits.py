"""What DuckDB may take: never more than is set, never more than half of a machine, and blocks by what has landed."""

import os
from pathlib import Path

import pytest
import yaml

from pipelines.warehouse import limits
from pipelines.warehouse.manifest import PROJECT


def _mebibytes(limit: str) -> int:
    assert limit.endswith("MiB")
    return int(limit.removesuffix("MiB"))


@pytest.mark.parametrize(("machine_gib", "expected_gib"), [(4, 2), (10, 5), (24, 5), (256, 5)])
def test_memory_is_half_of_the_machine_and_no_more_than_five_gib(
    machine_gib: int, expected_gib: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOVETAIL_MEMORY_LIMIT", raising=False)
    monkeypatch.setattr(os, "sysconf", {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": machine_gib * 2**30 // 4096}.get)
    assert _mebibytes(limits.memory_limit()) == expected_gib * 1024


def test_a_person_may_say_another_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOVETAIL_MEMORY_LIMIT", "2GB")
    assert limits.memory_limit() == "2GB"


def test_blocks_grow_with_what_has_landed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    landed = tmp_path / "landed" / "observations" / "a_dataset"
    landed.mkdir(parents=True)
    assert limits.block_size(tmp_path) == limits.SMALL_BLOCK
    (landed / "D000001.parquet").write_bytes(b"x" * 100)
    monkeypatch.setattr(limits, "SMALL_LANDED", 100)
    assert limits.block_size(tmp_path) == limits.BLOCK


def test_dbt_is_told_the_same_as_who_brings_up_to_date() -> None:
    target = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))["dovetail"]["outputs"]["build"]
    options = target["config_options"]
    assert {name: options[name] for name in limits.BEYOND_MEMORY} == limits.BEYOND_MEMORY
    assert "DOVETAIL_MEMORY_LIMIT" in options["memory_limit"]
    assert "DOVETAIL_BLOCK_SIZE" in options["default_block_size"]
