"""What a warehouse's own rows make of published figures: reproduced, contradicted and by how much, or not reproducible.

The two reconstructions below are illustrations: tables of the size of the YJB's 2024 plans that its printed shares
allow. They are not the YJB's rows, and no warehouse of a user ever holds them.
"""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.findings.frames import judged_frames
from sources.catalogue import load_catalogue
from sources.frames import catalogue_frames
from tests.integration.warehouse.compiled import Compiled
from tests.integration.warehouse.world import World

pytestmark = pytest.mark.integration

MODELS = ("directorate", "portfolio", "umbrella", "delivery", "unassigned", "standalone")
ON_142 = (41, 37, 27, 24, 13, 0)
ON_155 = (45, 40, 29, 26, 14, 1)
WALES = {142: 15, 155: 17}


def illustrative(counts: tuple[int, ...], **settings: object) -> World:
    """ILLUSTRATIVE: as many invented services as the counts say, each with one model over the plan year."""
    world = World(settings={"is_fictional": True} | settings)
    models = [model for model, n in zip(MODELS, counts, strict=True) for _ in range(n)]
    for place, model in enumerate(models):
        service = f"vellow {place:03}"
        world.service(service, nation="Wales" if place < WALES[sum(counts)] else "England")
        world.claim(service, model, valid_from=date(2023, 4, 1))
    return world


def built(world: World, compiled: Compiled, folder: Path) -> duckdb.DuckDBPyConnection:
    """A world with the real register of findings and the real case studies."""
    world.write(folder)
    catalogue = load_catalogue()
    register = ("finding", "conflict", "case_study")
    for name, frame in (catalogue_frames(catalogue) | judged_frames(catalogue)).items():
        if any(word in name for word in register):
            frame.write_parquet(folder / "catalogue" / f"{name}.parquet")
    return compiled.build(folder)


@pytest.fixture(scope="module")
def on_142(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return built(illustrative(ON_142), compiled, tmp_path_factory.mktemp("142"))


@pytest.fixture(scope="module")
def on_155(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return built(illustrative(ON_155), compiled, tmp_path_factory.mktemp("155"))


@pytest.fixture(scope="module")
def empty(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    return built(World(), compiled, tmp_path_factory.mktemp("empty"))


def told(connection: duckdb.DuckDBPyConnection, finding: str) -> tuple[str, float | None]:
    row = connection.execute(
        "select reproduction, difference from published_findings where finding_id = ?", [finding]
    ).fetchone()
    assert row is not None
    return row


def test_the_shares_of_the_models_come_out_of_142_and_of_155_services(on_142, on_155):
    for finding in ("Y-06", "Y-07", "Y-08", "Y-09", "Y-10", "Y-11"):
        assert told(on_142, finding) == ("reproduced", 0)
        assert told(on_155, finding) == ("reproduced", 0)


def test_13_unassigned_services_are_reproduced_on_142_and_contradicted_by_one_on_155(on_142, on_155):
    assert told(on_142, "Y-10a") == ("reproduced", 0)
    assert told(on_155, "Y-10a") == ("contradicted", 1)


def test_a_share_is_contradicted_by_the_points_between(compiled, tmp_path):
    moved = built(illustrative((51, 27, 27, 24, 13, 0)), compiled, tmp_path)
    assert told(moved, "Y-06") == ("contradicted", 7)
    assert told(moved, "Y-07") == ("contradicted", -7)
    assert told(moved, "Y-08") == ("reproduced", 0)


def test_a_limit_is_kept_or_broken(on_155, compiled, tmp_path):
    broken = built(illustrative((41, 37, 27, 24, 10, 3)), compiled, tmp_path)
    reproduction, difference = told(broken, "Y-11")
    assert reproduction == "contradicted"
    assert difference == pytest.approx(100 * 3 / 142 - 1)
    assert told(on_155, "Y-11") == ("reproduced", 0)


def test_only_what_was_in_force_on_the_day_is_counted(compiled, tmp_path):
    world = illustrative(ON_142)
    world.claim(
        "vellow 000", "standalone", tenure="ended", valid_from=date(2015, 4, 1), valid_to=date(2023, 3, 31),
        to_precision="day", source="Plan 2019", source_date=date(2019, 6, 1),
    )  # fmt: skip
    before = built(world, compiled, tmp_path)
    stood = before.execute("select count(*) from structures where model_id = 'standalone'").fetchone()
    assert stood == (1,)
    assert told(before, "Y-06") == told(before, "Y-11") == ("reproduced", 0)
    counted = before.execute("select counted from published_findings where finding_id = 'Y-11'").fetchone()
    assert counted == (0,)


def test_invented_rows_are_said_to_be_illustrative_and_those_of_a_report_are_not(on_142, compiled, tmp_path):
    flagged = "select finding_id from published_findings where is_illustrative order by 1"
    found = {row[0] for row in on_142.execute(flagged).fetchall()}
    assert {"Y-06", "Y-10a", "Y-13"} <= found
    assert "F-02" not in found
    real = built(illustrative(ON_142, is_fictional=False), compiled, tmp_path)
    assert real.execute(flagged).fetchall() == []


def test_a_part_of_the_base_reproduces_nothing(compiled, tmp_path):
    few = built(World(settings={"is_fictional": False}), compiled, tmp_path)
    assert told(few, "Y-06") == ("not_reproducible", None)


def test_without_rows_no_figure_is_contradicted_by_nothing(empty):
    found = empty.execute(
        "select finding_id, obstacle from published_findings where finding_id in ('Y-06', 'Y-18') order by 1"
    ).fetchall()
    assert found == [
        ("Y-06", "the warehouse holds no such row"),
        ("Y-18", "no table of the warehouse holds what is counted"),
    ]


@pytest.mark.parametrize(
    ("finding", "reproduction", "difference"),
    [
        ("F-02", "contradicted", 1),  # 41 interviews in rows, 40 printed
        ("F-04b-rate", "reproduced", 0),
        ("F-04g-received", "reproduced", 0),
        ("F-04g-rate", "reproduced", 0),
        ("F-05a", "reproduced", 0),  # two boards attended, one planned
        ("F-05b", "reproduced", 0),
        ("F-05c", "reproduced", 0),
        ("F-05d", "reproduced", 0),
        ("F-06a", "reproduced", 0),
        ("L-01", "reproduced", 0),
        ("L-02a", "reproduced", 0),
        ("L-02b", "reproduced", 0),
        ("L-02c", "reproduced", 0),
        ("L-02d", "reproduced", 0),
        ("Y-05", "reproduced", 0),
        ("Y-05c", "reproduced", 0),
        ("Y-T3E", "reproduced", 0),
        ("Y-T3F", "contradicted", -8),  # eight quotations, none labelled umbrella
        ("Y-T3G", "contradicted", -9),
        ("Y-T3H", "reproduced", 0),
        ("Y-T3G-council", "contradicted", -1),
        ("Y-QH-delivery", "reproduced", 0),
    ],
)
def test_the_case_studies_own_rows_give_or_contradict_their_figures(empty, finding, reproduction, difference):
    assert told(empty, finding) == (reproduction, difference)


def test_the_case_studies_are_not_counted_among_a_users_services(on_142):
    counted = on_142.execute("select counted_base from published_findings where finding_id = 'Y-06'").fetchone()
    assert counted == (142,)


def test_no_figure_is_lost_and_none_stands_twice(on_142):
    found = on_142.execute("select count(*), count(distinct finding_id) from published_findings").fetchone()
    assert found == (len(load_catalogue().findings),) * 2


def test_which_published_figures_cannot_be_true_as_stated(on_142):
    found = on_142.execute(
        "select finding_id from published_findings where feasibility = 'not_feasible' order by 1"
    ).fetchall()
    assert [row[0] for row in found] == ["F-02", "Y-18", "Y-19"]
    joint = on_142.execute(
        "select finding_id, failed_test_ids from published_findings where finding_id in ('Y-12', 'Y-13') order by 1"
    ).fetchall()
    blameless = on_142.execute("select failed_test_ids from published_findings where finding_id = 'F-02a'").fetchone()
    assert blameless == ([],)
    assert joint == [("Y-12", ["Y7a", "Y7b"]), ("Y-13", ["Y7a", "Y7b"])]
