"""What the gate does with evidence, whatever it is about; and that it stays silent, local and cheap to import."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations import suites
from expectations.deferred_import import defer
from expectations.evidence import Check, Evidence, at_least, between, equal, none, present
from expectations.gate import ExaminationError, examine

ROOT = Path(__file__).resolve().parents[3]


def results_of(frame: pl.DataFrame, *checks: Check) -> dict:
    evidence = Evidence(stage="landing", subjects="rows", collect=lambda _: frame, checks=checks)
    with duckdb.connect() as connection:
        return {result.check_id: result for result in examine(connection, [evidence])}


def check(check_id, expected, **others) -> Check:
    return Check(check_id=check_id, title="Title", about="About.", expected=expected, **others)


FRAME = pl.DataFrame(
    {
        "subject": ["a", "b", "c", "d"],
        "left": [1, 2, None, None],
        "right": [1.0, 3.0, 4.0, None],
        "text": ["x", "y", None, None],
        "other": ["x", "z", "x", None],
        "rows": [0, 5, 7, 0],
        "names": [[], ["b1", "b2"], None, []],
    }
)


@pytest.mark.parametrize(
    ("expected", "failing"),
    [
        (equal("left", "right"), ("b", "c")),
        (equal("text", "other"), ("b", "c")),
        (at_least("left", "right"), ("b",)),
        (at_least("right", "left"), ()),
        (between("left", 2, None), ("a",)),
        (between("left", None, 1), ("b",)),
        (none("rows"), ("b", "c")),
        (present("text"), ("c", "d")),
    ],
)
def test_what_each_expectation_refuses(expected, failing):
    result = results_of(FRAME, check("c", expected))["c"]
    assert result.failing_keys == failing
    assert result.failing_rows == len(failing)
    assert result.outcome == ("fail" if failing else "pass")


def test_rows_are_counted_and_named_from_the_evidence():
    result = results_of(FRAME, check("c", none("rows"), failing="rows", keys="names"))["c"]
    assert result.failing_rows == 12
    assert result.failing_keys == ("b1", "b2", "c")  # a row that names nothing is named itself


def test_only_a_blocking_check_fails():
    results = results_of(FRAME, check("stops", none("rows")), check("warns", none("rows"), is_blocking=False))
    assert {name: result.outcome for name, result in results.items()} == {"stops": "fail", "warns": "warn"}


def test_checks_of_one_frame_do_not_disturb_each_other():
    results = results_of(FRAME, check("a", none("left")), check("b", present("subject")), check("c", none("rows")))
    assert {name: result.failing_keys for name, result in results.items()} == {
        "a": ("a", "b"),
        "b": (),
        "c": ("b", "c"),
    }


def test_about_says_how_much_was_compared():
    assert results_of(FRAME.head(0), check("c", none("rows")))["c"].about == "About. Compared: 0 rows."


def test_a_check_that_cannot_be_examined_is_not_a_pass():
    texts = pl.DataFrame({"subject": ["a"], "left": ["one"], "right": [2.0]})
    with pytest.raises(ExaminationError, match="wrong_types could not be examined"):
        results_of(texts, check("wrong_types", at_least("left", "right")))


def test_check_ids_are_unique_and_follow_the_house_form():
    ids = [check.check_id for stage in suites.EVIDENCE for check in suites.checks(stage)]
    assert len(set(ids)) == len(ids)
    assert all(part.isalnum() and part.islower() for name in ids for part in name.split("_"))


def test_the_declared_stages_match_the_suites():
    assert {(stage, item.stage) for stage, items in suites.EVIDENCE.items() for item in items} == {
        (stage, stage) for stage in ("landing", "attribution", "release")
    }


IN_ITS_OWN_PROCESS = """
import os, socket, sys
from pathlib import Path

def refuse(*_, **__):
    raise AssertionError("a connection was opened")

socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse

from expectations import suites
from expectations.deferred_import import defer
heavy = {"great_expectations", "pandas", "duckdb", "polars"} & set(sys.modules)
assert not heavy, f"imported with the suites: {heavy}"
assert suites.checks("landing")

results = suites.landing(Path(sys.argv[1])) + suites.attribution(Path(sys.argv[2])) + suites.release(Path(sys.argv[2]))
assert {result.outcome for result in results} == {"pass"}, results
assert os.environ["GX_ANALYTICS_ENABLED"] == "false"

# What is put off until it is used: nothing here used it, and it works when something does.
assert "scipy.stats._stats_py" not in sys.modules
from scipy.stats import norm
assert round(norm.ppf(0.975), 6) == 1.959964
"""


def test_nothing_is_sent_written_or_printed(landed_once, built_once, tmp_path):
    """In a process of its own, without the settings of the test run: no connection, no word, nothing but evidence."""
    before = written(landed_once)
    environment = {name: value for name, value in os.environ.items() if "GX_" not in name and "TRACK" not in name}
    done = subprocess.run(
        [sys.executable, "-c", IN_ITS_OWN_PROCESS, str(landed_once), str(built_once)],
        cwd=tmp_path,
        env=environment | {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.rglob("*")) == []
    assert written(landed_once) == before


def written(landed: Path) -> dict[Path, int]:
    """Files of a warehouse folder and when each was written; what the landing gate keeps for the next time aside."""
    return {
        path: path.stat().st_mtime_ns
        for path in landed.parent.rglob("*")
        if path.is_file() and "evidence" not in path.relative_to(landed.parent).parts
    }


def test_a_deferred_module_loads_when_it_is_used(tmp_path, monkeypatch):
    (tmp_path / "some_package").mkdir()
    (tmp_path / "some_package" / "__init__.py").touch()
    (tmp_path / "some_package" / "slow.py").write_text("import sys\nsys.slow_ran = True\nanswer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)

    defer("some_package", "slow")
    from some_package import slow

    assert not hasattr(sys, "slow_ran")
    assert slow.answer == 42
    assert sys.slow_ran

    defer("some_package", "slow")  # loaded already
    assert sys.modules["some_package.slow"] is slow


def test_a_module_that_is_not_there_is_left_alone():
    defer("email", "no_such_module")
    assert "email.no_such_module" not in sys.modules
