"""The main job on real published files: whole, correct, and honest about what nobody has published."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.job import run_build
from pipelines.releases.store import ReleaseStore
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue

pytestmark = pytest.mark.integration

FOLDERS = ("la_register", "youth_justice", "hmip", "population", "neet_ni117", "lait", "fingertips")
# Rows of the YJB service reference file: service, mid-2019, mid-2020, 2021-22 (domain.md 3.2).
SERVICE_REFERENCE = [
    ("barking_and_dagenham", 25313, 26140, 28088),
    ("barnsley", 21982, 22564, 22452),
    ("cheshire_east_cheshire_west_halton_and_warrington", 97544, 99318, 101415),
    ("leicester_city", 34932, 35417, 39944),
    ("south_tees", 25641, 26222, 27478),
    ("tower_hamlets_and_city_of_london", 29330, 30659, 27671),
    ("hampshire", 127268, 130161, 129290),
]
TOTALS = {"2019": 5_466_338, "2020": 5_600_736}


@pytest.fixture(scope="module")
def workspace(real, tmp_path_factory) -> Workspace:
    """Real files in a landing folder, built once."""
    folder = tmp_path_factory.mktemp("real")
    landing = folder / "landing"
    landing.mkdir()
    for name in FOLDERS:
        for path in (real / name).iterdir():
            if path.is_file():
                shutil.copyfile(path, landing / path.name)
    workspace = Workspace(landing, folder / "warehouse", reports=Reports(spreadsheets=False))
    result = run_build(workspace, load_catalogue())
    assert result.failures == []
    return workspace


def query(workspace: Workspace, sql: str, *parameters: object) -> list[tuple[object, ...]]:
    database = ReleaseStore(workspace.warehouse).current().database
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchall()


@pytest.mark.parametrize("label", TOTALS)
def test_population_by_service_totals_equal_what_yjb_used(label, workspace):
    found = query(
        workspace,
        "select count(*), sum(value), count(*) filter (is_derived) from observations where is_current"
        " and indicator_id = 'population_10_to_17' and definition_version = 'ons_mid_year'"
        " and area_type = 'youth_justice_service' and period_label = ?",
        label,
    )
    assert found == [(154, TOTALS[label], 154)]


@pytest.mark.parametrize(("service", "mid_2019", "mid_2020", "yjb_2021"), SERVICE_REFERENCE)
def test_population_by_service_equals_the_yjb_reference_row(service, mid_2019, mid_2020, yjb_2021, workspace):
    found = dict(
        query(
            workspace,
            "select period_label, value from observations where is_current and area_code = ?"
            " and indicator_id = 'population_10_to_17' and area_type = 'youth_justice_service'",
            service,
        )
    )
    assert found == {"2019": mid_2019, "2020": mid_2020, "2021-22": yjb_2021}


def test_the_2021_22_tables_use_another_population_vintage(workspace):
    """The 2021 Census base: another definition version, and not what the older estimates lead to."""
    (row,) = query(
        workspace,
        "select n.value, o.value from observations n join observations o using (area_code, indicator_id)"
        " where n.definition_version = 'yjb_census_2021_base' and o.period_label = '2020' and o.is_current"
        " and n.is_current and o.area_type = 'youth_justice_service' and area_code = 'westminster'",
    )
    assert row[0] / row[1] == pytest.approx(1 - 0.339, abs=0.001)


def test_buckinghamshire_is_one_service_under_an_old_and_a_new_code(workspace):
    found = query(
        workspace,
        "select area_code, basis from service_authorities where service_id = 'buckinghamshire' order by valid_from",
    )
    assert found == [("E10000002", "stated"), ("E06000060", "inherited")]


def test_both_vintages_stay_and_the_later_is_current(workspace):
    found = query(
        workspace,
        "select is_current, value, superseded_at is null from observations"
        " where source_id = 'dfe__local_authority_interactive_tool' and area_name_as_published = 'Barnsley'"
        " and indicator_id = 'first_time_entrants_10_to_17_per_100k' and period_label = '2019' order by value",
    )
    assert found == [(True, 148.0, True), (False, 269.0, False)]


def test_invented_areas_are_refused_by_rule(workspace):
    found = query(
        workspace,
        "select q.value, q.rule from quarantined_rows q join deliveries d using (delivery_id)"
        " where d.source_id = 'dfe__participation_16_to_17' order by 1",
    )
    assert found == [("LA demo", "area_code_missing"), ("Region demo", "area_code_missing")]


def test_without_a_register_nothing_is_attributed_and_every_observation_says_why(workspace):
    statuses = dict(query(workspace, "select attribution_status, count(*) from attributions group by 1"))
    assert set(statuses) == {"unassigned", "shared", "not_attributable"}
    assert query(workspace, "select count(*) from attributions where model_id is not null") == [(0,)]
    by_service = query(
        workspace, "select distinct attribution_status from attributions where area_type = 'youth_justice_service'"
        " and period_start >= date '2020-07-01'",
    )  # fmt: skip
    assert by_service == [("unassigned",)]
    unexplained = query(
        workspace,
        "select count(*) from attributions a left join attribution_gaps g on g.gap_id = a.deciding_gap_id"
        " and g.observation_id = a.observation_id and g.is_blocking where g.gap_id is null",
    )
    assert unexplained == [(0,)]
    assert query(workspace, "select count(*) > 10000 from attributions") == [(True,)]


def test_without_a_register_every_comparison_is_refused_with_that_reason(workspace):
    found = query(workspace, "select distinct is_refused, median is null, refusal_reason from comparisons")
    assert found
    reasons = [reason for _, _, reason in found]
    assert all(refused and no_median for refused, no_median, _ in found)
    assert all("0 of 1" in reason for reason in reasons)
    # Of an indicator that few services publish, more lack the figure than the evidence.
    most_often = {reason.partition("Most often: ")[2].partition(" (")[0] for reason in reasons}
    assert "no usable evidence of a structural model" in " ".join(most_often)


def test_the_balance_of_every_delivery(workspace):
    found = query(
        workspace,
        "select count(*), sum(cells_in), bool_and(cells_in = cells_landed + cells_quarantined + cells_out_of_scope)"
        " from deliveries",
    )
    assert found[0][0] >= 40
    assert found[0][2] is True


def test_with_a_user_register_comparisons_appear(workspace):
    """Labels invented for this test, drawn by service name and not by any value."""
    services = [
        row[0] for row in query(workspace, "select service_id from services where not is_case_study order by 1")
    ]
    models = ("directorate", "portfolio", "umbrella", "delivery")
    path = workspace.landing / "register.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(load_catalogue().datasets["dovetail__structure_register"].signature.required)
        for number, service in enumerate(services):
            writer.writerow([
                service.replace("_", " "), "yjb_2024", models[number % 4], "in_force", "2019-04-01", "day", "", "open",
                "100", "TEST: invented labels", "2021-10-01", "", "TEST: also holds early help", "test",
            ])  # fmt: skip
    try:
        result = run_build(workspace, load_catalogue())
    finally:
        path.unlink()
    assert result.failures == []
    assert result.is_new
    shown = query(
        workspace,
        "select distinct indicator_id, services_used, services_in_scope from comparisons"
        " where not is_refused and indicator_id like 'children_cautioned%' and source_id like 'yjb%'",
    )
    assert shown == [("children_cautioned_or_sentenced_10_to_17_per_1000", 154, 154)]
    opened = dict(query(workspace, "select kind, min(opened_in_release) from attribution_gaps group by 1"))
    assert opened["U11"].endswith(".1")


def test_no_copy_of_a_real_file_is_tracked(real):
    import hashlib
    import subprocess

    root = Path(__file__).parents[2]
    ours = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True).stdout
    hashes = {
        hashlib.sha256((root / name).read_bytes()).hexdigest(): name
        for name in ours.split("\0")
        if name and (root / name).is_file() and (root / name).stat().st_size > 200
    }
    for path in real.rglob("*"):
        if path.is_file() and path.stat().st_size > 200:
            assert hashlib.sha256(path.read_bytes()).hexdigest() not in hashes
