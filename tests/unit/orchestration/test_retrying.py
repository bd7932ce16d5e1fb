"""What is tried again, how often, and what never is."""

import errno
import sqlite3

import dagster as dg
import pytest

from pipelines.orchestration import retrying as module
from pipelines.orchestration.retrying import may_pass, retrying
from pipelines.releases.checks import ReleaseRefused


@pytest.mark.parametrize(
    ("error", "is_tried_again"),
    [
        (OSError(errno.ESTALE, "Stale file handle"), True),
        (OSError(errno.EIO, "Input/output error"), True),
        (sqlite3.OperationalError("database is locked"), True),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (FileNotFoundError(errno.ENOENT, "gone"), False),
        (sqlite3.OperationalError("no such table"), False),
        (ReleaseRefused("2026.1", []), False),
        (ValueError("a defect"), False),
    ],
)
def test_what_may_pass_by_itself_is_tried_again_and_nothing_else(error, is_tried_again):
    assert may_pass(error) is is_tried_again


def test_a_lock_of_duckdb_is_tried_again(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    error = duckdb.IOException("IO Error: Could not set lock on file: Conflicting lock is held")
    assert may_pass(error)
    assert not may_pass(duckdb.IOException("IO Error: cannot open file"))


def run(monkeypatch, *errors):
    """A step that meets these errors, one at each try; returns how often it was tried, and whether it succeeded."""
    monkeypatch.setattr(module, "FIRST_WAIT_SECONDS", 0.001)
    left = list(errors)
    tries = []

    @dg.asset
    def step(context: dg.AssetExecutionContext) -> None:
        tries.append(context.retry_number)
        with retrying(context):
            if left:
                raise left.pop(0)

    with dg.DagsterInstance.ephemeral() as instance:
        return dg.materialize([step], instance=instance, raise_on_error=False).success, len(tries)


def stale():
    return OSError(errno.ESTALE, "Stale file handle")


def test_a_step_that_meets_a_passing_error_succeeds_at_a_later_try(monkeypatch):
    assert run(monkeypatch, stale(), stale()) == (True, 3)


def test_after_three_more_tries_it_fails(monkeypatch):
    assert run(monkeypatch, *(stale() for _ in range(9))) == (False, 4)


def test_a_refusal_is_not_tried_again(monkeypatch):
    assert run(monkeypatch, ReleaseRefused("2026.1", []), stale()) == (False, 1)
