"""The attribution gate reads the periods that an update wrote anew and keeps what it found before: the same results."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from expectations import suites
from expectations.attribution import kept
from expectations.warehouse import BUILT
from pipelines.warehouse import changes, standing
from pipelines.warehouse.inputs import ANY, Change

YEAR, YEAR_BEFORE = date(2020, 12, 31), date(2019, 12, 31)
BROKEN = "update attributions set model_id = null where model_id = 'umbrella'"
IDS = {
    "observations": ("observation_id",),
    "attributions": ("observation_id", "deciding_gap_id"),
    "attribution_gaps": ("gap_id", "observation_id"),
}

Updated = Callable[[str, dict[str, Change]], None]


@pytest.fixture
def examined(built: Path) -> Path:
    """The good warehouse with the same figures for the year before, and a gap of no period; it was examined."""
    with duckdb.connect(str(built / BUILT)) as connection:
        connection.execute("create schema standing")
        changes.begin(connection)
        for table, ids in IDS.items():
            earlier = ", ".join(f"'earlier ' || {id_} as {id_}" for id_ in ids)
            connection.execute(
                f"insert into {table} select * replace ({earlier}, date '{YEAR_BEFORE}' as period_end) from {table}"
            )
        connection.execute(
            "insert into attribution_gaps values ('g', 'Z2', false, 'none', null, null, null, null, null)"
        )
    standing.seal(built, "2026.2", None)
    suites.attribution(built)
    return built


@pytest.fixture
def updated(examined: Path) -> Updated:
    def update(statement: str, changed: dict[str, Change]) -> None:
        with duckdb.connect(str(examined / BUILT)) as connection:
            connection.execute(statement)
            changes.add(connection, changed)
        standing.seal(examined, "2026.2", None)

    return update


def found(warehouse: Path) -> dict:
    return {result.check_id: result for result in suites.attribution(warehouse)}


def anew(warehouse: Path) -> dict:
    shutil.rmtree(warehouse / kept.FOLDER, ignore_errors=True)
    return found(warehouse)


@pytest.mark.parametrize("period", [YEAR, YEAR_BEFORE, None], ids=str)
def test_what_is_kept_and_what_is_new_say_what_everything_says(
    examined: Path, updated: Updated, period: date | None
) -> None:
    where = f"period_end is not distinct from {'null' if period is None else repr(str(period))}::date"
    undeclared = f"update attribution_gaps set kind = 'Q7', is_blocking = true where {where} and kind = 'Z2'"
    updated(f"{BROKEN} and {where}; {undeclared}", dict.fromkeys(IDS, Change(frozenset([period]))))
    now = found(examined)
    assert now["gap_kind_declared"].outcome == "fail"
    assert (now["attribution_model_only_where_attributable"].outcome == "fail") == (period is not None)
    assert now == anew(examined)


def test_what_failed_before_fails_still_and_what_was_mended_no_longer(examined: Path, updated: Updated) -> None:
    updated(BROKEN, {"attributions": ANY})
    assert found(examined)["attribution_model_only_where_attributable"].failing_rows == 4
    mended = "update attributions set model_id = 'umbrella' where attribution_status = 'attributable'"
    updated(f"{mended} and period_end = '{YEAR}'", {"attributions": Change(frozenset([YEAR]))})
    now = found(examined)
    assert now["attribution_model_only_where_attributable"].failing_rows == 2
    assert now == anew(examined)


def test_a_period_that_came_and_one_that_went_are_counted_so(examined: Path, updated: Updated) -> None:
    before = found(examined)
    gone = "; ".join(f"delete from {table} where period_end = '{YEAR_BEFORE}'" for table in IDS)
    updated(gone, dict.fromkeys(IDS, Change(frozenset([YEAR_BEFORE]))))
    now = found(examined)
    assert now["balance_law_holds"].about != before["balance_law_holds"].about
    assert now == anew(examined)


def test_only_what_changed_is_read(examined: Path, updated: Updated) -> None:
    """What was kept is believed: rows of a period that no update speaks of are not looked at again."""
    updated(f"{BROKEN} and period_end = '{YEAR}'", {"attributions": Change(frozenset([YEAR_BEFORE]))})
    assert found(examined)["attribution_model_only_where_attributable"].outcome == "pass"


def test_what_the_evidence_reads_is_what_is_watched() -> None:
    read = set()
    for name in {item.collect.__module__ for item in suites.BY_PERIOD}:
        read |= set(re.findall(r"\bbuilt\.(\w+)", Path(str(sys.modules[name].__file__)).read_text(encoding="utf-8")))
    assert read == {*kept.IN_PERIODS, *kept.WHOLE}


@pytest.mark.parametrize(
    "doubt", ["whole", "register", "another database", "written to", "seal", "frame", "state", "catalogue"]
)
def test_in_doubt_everything_is_read(
    examined: Path, updated: Updated, change_built, change_parquet, doubt: str
) -> None:
    nothing = {"attributions": Change(frozenset())}
    if doubt == "whole":
        updated(BROKEN, {"attributions": ANY})
    elif doubt == "register":
        updated("update authorities set nation = null", {"authorities": ANY})
    elif doubt == "another database":
        updated(f"{BROKEN}; update standing.edition set database = 'another'", nothing)
    elif doubt == "written to":
        updated("select 1", nothing)
        change_built(examined, BROKEN)
    elif doubt == "seal":
        updated(BROKEN, nothing)
        (examined / kept.SEAL).write_text("{", encoding="utf-8")
    elif doubt == "frame":
        updated(BROKEN, nothing)
        next((examined / kept.FOLDER).glob("typologies*")).write_bytes(b"PAR1")
    elif doubt == "state":
        updated(BROKEN, nothing)
        (examined / kept.FOLDER / "state.json").write_text("{", encoding="utf-8")
    else:
        change_parquet(examined / "catalogue" / "gap_kinds.parquet", "update rows set sets_value = 'other'")
    now = found(examined)
    assert {result.outcome for result in now.values()} == ({"pass"} if doubt == "register" else {"pass", "fail"})
    assert now == anew(examined)


def test_a_frame_that_was_kept_is_the_one_that_counts(examined: Path) -> None:
    state = json.loads((examined / kept.FOLDER / "state.json").read_text(encoding="utf-8"))
    frame = examined / kept.FOLDER / state["frames"]["typologies by period"]
    pl.read_parquet(frame, glob=False).with_columns(rows_misplaced=pl.lit(3, pl.Int64)).write_parquet(frame)
    assert found(examined)["attribution_model_only_where_attributable"].outcome == "fail"
