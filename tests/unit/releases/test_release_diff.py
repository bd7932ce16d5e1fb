"""What differs from one release to another, told in full counts and short lists."""

import json

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail
from pipelines.releases.diff import LISTED, differences
from pipelines.releases.store import Release, ReleaseNotFound
from tests.unit.releases.conftest import TABLES

WORLD = """
create or replace table observations as
select
    'o' || i as observation_id, 'entrants' as indicator_id, '1' as definition_version, 'src__a' as source_id,
    'youth_justice_service' as area_type, 'svc_' || i as area_code, 'all' as breakdown_id,
    date '2024-01-01' as period_start, date '2024-03-31' as period_end, null::double as numerator,
    null::double as denominator, (100 + i)::double as value, null::varchar as value_marker, 99.0 + i as lower_95,
    101.0 + i as upper_95, 'D1' as delivery_id, null::varchar as service_id,
    true as is_current, false as is_withdrawn, false as is_derived,
    timestamp '2024-05-01' as recorded_at
from range(100) as t(i);
create table attribution_gaps as
select
    gap_id, 'E2' as kind, 'Conflicting sources' as kind_title, 'observation' as level, true as is_blocking,
    'yjb_2024' as typology_id, 'entrants' as indicator_id, 'svc_1' as service_id,
    'youth_justice_service' as area_type, 'svc_1' as area_code, date '2024-01-01' as period_start,
    date '2024-03-31' as period_end, 'found in ' || gap_id as evidence, null::varchar as observation_id,
    null::varchar as decision_id, closed as closed_in_release, null::varchar as resolution
from (values ('stays', null), ('settled', null), ('came_back', '2025.9'), ('long_gone', '2025.9'), ('forgotten', null))
    as t(gap_id, closed);
create table comparisons as
select
    'c' || period as comparison_id, 'entrants' as indicator_id, '1' as definition_version, 'src__a' as source_id,
    'yjb_2024' as typology_id, make_date(2020 + period, 1, 1) as period_start,
    make_date(2020 + period, 3, 31) as period_end, model_id,
    1 as model_order, false as is_refused, null::varchar as refusal_reason, 40 as services_used,
    50 as services_in_scope, 10.0 as median, 11.0 as pooled_value, 12.0 as random_effects_mean, 20 as group_services
from range(6) as p(period), (values ('a'), ('b')) as m(model_id);
create table comparison_tests as
select distinct comparison_id, indicator_id, definition_version, source_id, typology_id, period_start, period_end,
    1 as claim_level, 0.2 as p_value, 0.3 as q_value, null::varchar as not_tested_reason
from comparisons;
create table structures as
select
    'st_' || i as structure_id, 'yjb_2024' as typology_id, 'svc_' || i as service_id, date '2020-04-01' as valid_from,
    null::date as valid_to, 'a' as model_id, null::varchar as decision_id
from range(4) as t(i);
"""


@pytest.fixture
def pair(tmp_path):
    """Two releases of the world as they lie on disk, the later one after a change."""

    def write(change: str = "", first: str = "") -> tuple[Release, Release]:
        made = []
        for number, sql in ((1, first), (2, change)):
            release = Release(f"2026.{number}", tmp_path / "releases" / f"2026.{number}")
            release.path.mkdir(parents=True)
            with duckdb.connect(str(release.database)) as connection:
                connection.execute(TABLES.format(generation=1, observations=1) + WORLD + sql)
            manifest = {"release_id": release.release_id, "inputs": {}, "files": {}}
            (release.path / "MANIFEST").write_text(json.dumps(manifest))
            made.append(release)
        (tmp_path / "current").symlink_to("releases/2026.2")
        return made[0], made[1]

    return write


@pytest.fixture
def found(pair):
    def differ(change: str, listed: int = LISTED, first: str = ""):
        return differences(*pair(change, first), listed)

    return differ


def test_nothing_changed_is_said_in_noughts(found):
    said = found("")
    assert said["inputs"] == {}
    assert said["tables"] == {"added": [], "removed": [], "changed": [], "rows": {}}
    assert {said["cells"][name] for name in ("changed", "added", "removed")} == {0}
    assert said["comparisons"]["count"] == said["structures"]["changed"]["count"] == 0
    assert said["gaps"]["kinds"] == []


def test_cells_by_what_became_of_them_and_the_way_they_went(found):
    cells = found(
        "update observations set value = value + 50 where area_code in ('svc_1', 'svc_2');"
        "update observations set value = value - 1 where area_code = 'svc_3';"
        "update observations set value = null, value_marker = 'c' where area_code = 'svc_4';"
        "update observations set value_marker = 'r' where area_code = 'svc_5';"
        "update observations set numerator = 3 where area_code = 'svc_6';"
        "update observations set is_withdrawn = true where area_code = 'svc_7';"
        "delete from observations where area_code = 'svc_8';"
        "insert into observations select * replace ('new' as area_code) from observations where area_code = 'svc_9';"
        # What stood there before, kept for as known on, is no other cell.
        "insert into observations select * replace (7 as value, false as is_current) from observations"
        " where area_code = 'svc_9'"
    )["cells"]
    counts = {name: cells[name] for name in cells if name != "indicators"}
    assert counts == {
        "changed": 6, "added": 1, "removed": 2, "up": 2, "down": 1, "lost_value": 1, "gained_value": 0, "marker": 1,
        "counts": 1,
    }  # fmt: skip


def test_a_value_that_was_hidden_is_gained_when_it_is_told(found):
    hidden = "update observations set value = null, value_marker = 'c' where area_code = 'svc_1'"
    assert found("", first=hidden)["cells"]["gained_value"] == 1


def test_the_largest_moves_by_size_and_in_proportion_with_intervals(found):
    cells = found(
        "update observations set value = value + 30, lower_95 = 120 where area_code = 'svc_90';"
        "update observations set value = value - 29 where area_code = 'svc_0';"
        "update observations set value = value + 1 where area_code in ('svc_10', 'svc_11', 'svc_12')"
    )["cells"]
    (indicator,) = cells["indicators"]["listed"]
    assert [(cell["area_code"], cell["absolute"]) for cell in indicator["moved"][:2]] == [
        ("svc_90", 30),
        ("svc_0", -29),
    ]
    assert indicator["moved_in_proportion"][0]["area_code"] == "svc_0"
    assert indicator["moved_in_proportion"][0]["relative"] == -0.29
    most = indicator["moved"][0]
    assert [most[f"{name}_{when}"] for when in ("before", "after") for name in ("value", "lower_95", "upper_95")] == [
        190, 189, 191, 220, 120, 191,
    ]  # fmt: skip
    assert len(indicator["moved"]) == 3


def test_gaps_opened_opened_again_and_closed(found):
    gaps = found(
        "update attribution_gaps set closed_in_release = '2026.2' where gap_id = 'settled';"
        "update attribution_gaps set closed_in_release = null where gap_id = 'came_back';"
        "delete from attribution_gaps where gap_id = 'forgotten';"
        "insert into attribution_gaps select * replace ('new' as gap_id) from attribution_gaps where gap_id = 'stays'"
    )["gaps"]
    named = {what: [row["gap_id"] for row in gaps[what]["listed"]] for what in ("opened", "reopened", "closed")}
    assert named == {"opened": ["new"], "reopened": ["came_back"], "closed": ["forgotten", "settled"]}
    assert gaps["kinds"] == [
        {"kind": "E2", "kind_title": "Conflicting sources", "opened": 1, "reopened": 1, "closed": 2}
    ]


def test_comparisons_whose_answer_changed(found):
    compared = found(
        "update comparisons set is_refused = true, refusal_reason = 'too few' where comparison_id = 'c0';"
        "update comparison_tests set claim_level = 2 where comparison_id = 'c1';"
        "update comparisons set median = 10.5 where comparison_id = 'c2' and model_id = 'a';"
        # Computed again, the last digits may differ: no other answer.
        "update comparisons set median = median * (1 + 1e-13) where comparison_id = 'c3';"
        "delete from comparisons where comparison_id = 'c4';"
        "update comparisons set services_used = 39 where comparison_id = 'c5'"
    )["comparisons"]
    assert {row["period_start"][:4]: row["changes"] for row in compared["listed"]} == {
        "2020": ["refused"], "2021": ["claim_level"], "2022": ["estimate"], "2024": ["gone"], "2025": ["services_used"],
    }  # fmt: skip
    assert compared["count"] == 5
    by_year = {row["period_start"][:4]: row for row in compared["listed"]}
    assert by_year["2022"]["models"][0]["median_before"] == 10
    assert by_year["2022"]["models"][0]["median_after"] == 10.5
    assert by_year["2020"]["refusal_reason_after"] == "too few"


def test_structures_and_definitions_column_by_column(found):
    said = found(
        "update structures set model_id = 'b', structure_id = 'other' where service_id = 'svc_1';"
        "delete from structures where service_id = 'svc_2';"
        "update indicators set title = 'Another title'"
    )
    assert said["structures"]["changed"]["listed"] == [
        {
            "typology_id": "yjb_2024",
            "service_id": "svc_1",
            "valid_from": "2020-04-01",
            "columns": {"model_id": ["a", "b"]},
        }
    ]
    assert said["structures"]["removed"]["listed"][0]["service_id"] == "svc_2"
    (changed,) = said["definitions"]["indicators"]["changed"]["listed"]
    assert changed["columns"] == {"title": ["First-time entrants", "Another title"]}


def test_lists_are_short_and_counted_in_full(found):
    said = found("update observations set value = value + 1; delete from structures; delete from comparisons", listed=2)
    assert said["cells"]["changed"] == 100
    assert said["structures"]["removed"]["count"] == 4
    assert len(said["structures"]["removed"]["listed"]) == 2
    assert (said["comparisons"]["count"], len(said["comparisons"]["listed"])) == (6, 2)
    assert said["tables"]["rows"]["structures"] == [4, 0]


def test_releases_of_unlike_programs_are_compared_as_far_as_both_go(found):
    said = found(
        "alter table observations drop column upper_95; create table typology_models as"
        " select 'yjb_2024' as typology_id, 'a' as model_id, 1 as model_order; drop table structures;"
        "alter table services add column nation varchar;"
        "alter table indicators alter decimals type varchar"
    )
    assert said["cells"] == {"not_compared": "observations of the later release has no upper_95"}
    assert said["structures"] == {"not_compared": "the later release has no table structures"}
    assert said["definitions"]["typology_models"] == {
        "not_compared": "the earlier release has no table typology_models"
    }
    assert (said["tables"]["added"], said["tables"]["removed"]) == (["typology_models"], ["structures"])
    by_table = {entry["table"]: entry for entry in said["tables"]["changed"]}
    assert by_table["services"]["columns_added"] == ["nation"]
    assert by_table["indicators"]["types_changed"] == {"decimals": ["BIGINT", "VARCHAR"]}
    assert said["gaps"]["opened"]["count"] == 0
    assert said["definitions"]["indicators"]["changed"]["count"] == 0


def test_every_release_holds_its_difference_from_the_one_that_was_current(build, release_of):
    warehouse = build(sql=WORLD)
    old = release_of(warehouse)
    build(sql=WORLD + "update observations set value = value + 1 where area_code = 'svc_1'")
    new = release_of(warehouse)
    assert json.loads((old.path / "diff.json").read_text()) == {"earlier": None, "later": "2026.1"}
    held = json.loads((new.path / "diff.json").read_text())
    assert held == differences(old, new)
    assert held["cells"]["changed"] == 1
    assert new.manifest["files"]["diff.json"]


def test_a_release_is_made_although_the_one_before_cannot_be_read(build, release_of):
    warehouse = build(sql=WORLD)
    broken = release_of(warehouse).database
    broken.chmod(0o644)
    broken.write_bytes(b"no database")
    build(sql=WORLD, generation=2)
    said = json.loads((release_of(warehouse).path / "diff.json").read_text())
    assert said["not_compared"] == "release 2026.1 cannot be read"


def test_what_made_them_is_compared_setting_by_setting(build, release_of):
    warehouse = build(sql=WORLD)
    old = release_of(warehouse, inputs={"program": "dovetail 0.1.0", "settings": {"group_minimum": 10, "other": 1}})
    build(sql=WORLD, generation=2)
    new = release_of(warehouse, inputs={"program": "dovetail 0.2.0", "settings": {"group_minimum": 12, "other": 1}})
    assert differences(old, new)["inputs"] == {
        "program": ["dovetail 0.1.0", "dovetail 0.2.0"], "settings.group_minimum": [10, 12],
    }  # fmt: skip


def test_neither_release_is_touched(pair):
    releases = pair("update observations set value = 1")
    before = [sorted((p.name, p.stat().st_mtime_ns) for p in release.path.iterdir()) for release in releases]
    differences(*releases)
    assert [sorted((p.name, p.stat().st_mtime_ns) for p in r.path.iterdir()) for r in releases] == before


def run(*arguments: object):
    return CliRunner().invoke(dovetail, ["releases", "diff", *map(str, arguments)])


def test_a_person_reads_it_and_a_program_gets_the_whole(pair):
    old, _ = pair(
        "update observations set value = value + 50 where area_code = 'svc_1'; delete from attribution_gaps where"
        " gap_id = 'settled'; update comparisons set is_refused = true, refusal_reason = 'too few' where"
        " comparison_id = 'c0'; update structures set model_id = 'b' where service_id = 'svc_1';"
        "update indicators set title = 'Another'"
    )
    warehouse = old.path.parents[1]
    told = run("--warehouse", warehouse)
    assert told.exit_code == 0, told.output
    for words in (
        "From release 2026.1 to 2026.2:",
        "Figures: 1 changed, 0 added, 0 removed",
        "most: svc_1 2024-01-01 to 2024-03-31 all: 101 (100 to 102) -> 151 (100 to 102)",
        "Gaps: 0 opened, 0 reopened, 1 closed",
        "closed   E2   entrants svc_1 found in settled",
        "entrants by yjb_2024, 2020-01-01 to 2020-03-31: refused (too few)",
        "svc_1 in yjb_2024 from 2020-04-01: model_id a -> b",
        "first_time_entrants_10_to_17_per_100k 1: title",
    ):
        assert words in told.output
    parts = json.loads(run("2026.1", "2026.2", "--json", "--warehouse", warehouse).output)
    assert parts["cells"]["up"] == 1


def test_the_first_release_has_none_before_it(build, release_of):
    warehouse = build(sql=WORLD)
    release_of(warehouse)
    refused = run("--warehouse", warehouse)
    assert isinstance(refused.exception, ReleaseNotFound)
    assert "no release before 2026.1" in str(refused.exception)
