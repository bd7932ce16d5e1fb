"""The same inputs give the same release on another folder: every byte of its data and documents."""

import json
import shutil

import pytest

from pipelines.job import run_build
from pipelines.releases.store import ReleaseStore
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration

INPUTS = ("ledger", "landed", "originals")
"""What came in, with the times at which it did: the ledger is an input too."""
# DuckDB leaves memory as it finds it in the unused parts of its blocks; MANIFEST has its hash, and the time.
OWN = {"dovetail.duckdb", "MANIFEST"}


def test_a_second_folder_gets_the_same_release_from_the_same_ledger(small, tmp_path):
    there = Workspace(
        tmp_path / "deeper" / "landing", tmp_path / "deeper" / "warehouse", reports=Reports(spreadsheets=False)
    )
    shutil.copytree(small.landing, there.landing)
    for name in INPUTS:
        shutil.copytree(small.warehouse / name, there.warehouse / name)
    result = run_build(there, load_catalogue())
    assert (result.failures, result.is_new) == ([], True)

    ours, theirs = (ReleaseStore(workspace.warehouse).current() for workspace in (small, there))
    assert ours.release_id == theirs.release_id
    files = [
        {
            path.relative_to(release.path).as_posix(): path.read_bytes()
            for path in release.path.rglob("*")
            if path.is_file()
        }
        for release in (ours, theirs)
    ]
    assert files[0].keys() == files[1].keys()
    assert {path for path in files[0] if files[0][path] != files[1][path]} <= OWN
    assert sum(path.endswith((".parquet", ".csv")) for path in files[0]) > 100

    said = [json.loads(each["MANIFEST"]) for each in files]
    for manifest in said:
        del manifest["built_at"], manifest["files"]["dovetail.duckdb"]
    assert said[0] == said[1]
    assert {
        "program", "inputs_sha256", "code_sha256", "catalogue_sha256", "lock_sha256", "deliveries", "deliveries_sha256",
        "settings",
    } <= said[0]["inputs"].keys()  # fmt: skip
