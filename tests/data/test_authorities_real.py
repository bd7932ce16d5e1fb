"""Authorities of England and Wales since 2009, from published registers alone: codes, what became of them, and where
registers contradict each other, against the table of changes that was collected by hand (domain.md 6.1, 6.2)."""

import shutil
from datetime import date

import duckdb
import pytest

from pipelines.job import run_build
from pipelines.releases.store import ReleaseStore
from pipelines.workspace import Reports, Workspace
from sources.catalogue import load_catalogue

FILES = (
    "la_register/chd_E06.json", "la_register/chd_E08.json", "la_register/chd_E09.json", "la_register/chd_E10.json",
    "la_register/chd_E12.json", "la_register/chd_W06.json", "la_register/ees_country.csv", "la_register/ees_las.csv",
    "la_register/ees_regions.csv", "la_register/lad_code_changes_chd2023.csv",
    "la_register/lad_codes_dates_chd2023.csv", "la_register/ltla_to_utla_2017-12_ew.csv",
    "la_register/ltla_to_utla_2019-04_ew.csv", "la_register/uk_local_authorities_current__v1.3.0.csv",
    "youth_justice/la_to_yjs_lookup_apr2019_DERIVED.csv", "population/population_mid2019_utla19_single_year.csv",
    "population/population_mid2020_ltla20_single_year.csv",
)  # fmt: skip
# The eighteen rows of domain.md 6.2: day, codes before, codes after, kinds of the change.
CHANGES = [
    ("2009-04-01", "E10000001", "E06000055 E06000056", "split"),
    ("2009-04-01", "E10000004", "E06000049 E06000050", "split"),
    ("2009-04-01", "E10000005", "E06000052 E06000053", "split"),
    ("2009-04-01", "E10000010", "E06000047", "same_area"),
    ("2009-04-01", "E10000022", "E06000048", "same_area"),
    ("2009-04-01", "E10000026", "E06000051", "same_area"),
    ("2009-04-01", "E10000033", "E06000054", "same_area"),
    ("2009-06-01", "W06000007", "W06000023", "code_only"),
    ("2009-06-01", "W06000017", "W06000024", "code_only"),
    ("2013-04-01", "E06000048", "E06000057", "code_only"),
    ("2013-04-01", "E08000020", "E08000037", "code_only"),
    ("2019-04-01", "E06000028", "E06000058", "reorganised"),
    ("2019-04-01", "E06000029", "E06000058", "reorganised"),
    ("2019-04-01", "E10000009", "E06000058 E06000059", "partial"),
    ("2020-04-01", "E10000002", "E06000060", "same_area"),
    ("2021-04-01", "E10000021", "E06000061 E06000062", "split"),
    ("2023-04-01", "E10000006", "E06000063 E06000064", "split"),
    ("2023-04-01", "E10000023", "E06000065", "same_area"),
    ("2023-04-01", "E10000027", "E06000066", "same_area"),
    ("2025-05-01", "E08000016", "E08000038", "code_only"),
    ("2025-05-01", "E08000019", "E08000039", "code_only"),
]
# Names that changed under their code (domain.md 6.1).
RENAMED = [
    ("E07000112", "Shepway", "Folkestone and Hythe", date(2018, 4, 1)),
    ("W06000014", "The Vale of Glamorgan", "Vale of Glamorgan", date(2013, 1, 1)),
    ("W06000016", "Rhondda, Cynon, Taff", "Rhondda Cynon Taf", date(2010, 1, 1)),
]
# Registers contradict each other about these, and about nothing else.
DISPUTED = {
    "E06000053": "valid_from", "E06000057": "valid_from", "E07000240": "valid_from", "E07000241": "valid_from",
    "E07000242": "valid_from", "E07000243": "valid_from", "E08000037": "valid_from", "W06000023": "valid_from",
    "W06000024": "valid_from", "E08000016": "valid_to", "E08000019": "valid_to", "W06000016": "name",
    "E10000009": "successor", "E12000007": "name|type",
}  # fmt: skip
# Services of several authorities in the lookup of April 2019 (domain.md 3.4; Northamptonshire was one county then).
SEVERAL = 15


@pytest.fixture(scope="module")
def release(real, tmp_path_factory):
    """The registers, the lookups and two years of population, built once; a connection to what came out."""
    folder = tmp_path_factory.mktemp("registers")
    landing = folder / "landing"
    landing.mkdir()
    for name in FILES:
        shutil.copyfile(real / name, landing / name.split("/")[1])
    workspace = Workspace(landing, folder / "warehouse", reports=Reports(spreadsheets=False))
    assert run_build(workspace, load_catalogue()).failures == []
    with duckdb.connect(str(ReleaseStore(workspace.warehouse).current().database), read_only=True) as connection:
        yield connection


def rows(release: duckdb.DuckDBPyConnection, query: str) -> list[tuple]:
    return release.execute(query).fetchall()


def test_live_authorities_are_153_and_22(release):
    assert rows(release, "select nation, count(*) from authorities where area_type = 'authority' and valid_to is null"
                " group by 1 order by 1") == [("England", 153), ("Wales", 22)]  # fmt: skip
    assert rows(release, "select authority_class, count(*) from authorities where area_type = 'authority'"
                " and valid_to is null group by 1 order by 1") == [
        ("county", 21), ("london", 33), ("metropolitan", 36), ("unitary", 63), ("welsh_unitary", 22)
    ]  # fmt: skip
    assert rows(release, "select count(*) from authorities where area_type = 'authority'") == [(196,)]


def test_every_change_of_the_table_is_found_and_no_other(release):
    found = rows(
        release,
        "select change_date, from_code, string_agg(to_code, ' ' order by to_code),"
        " string_agg(distinct change_kind, '|') from authority_changes"
        " where from_type = 'authority' and change_kind <> 'name_only' group by all order by all",
    )
    assert [(str(day), before, after, kind) for day, before, after, kind in found] == sorted(CHANGES)


def test_an_exact_change_is_exact_and_no_other(release):
    inexact = rows(release, "select distinct from_code from authority_changes where not is_exact"
                   " and from_type = 'authority' order by 1")  # fmt: skip
    assert [code for (code,) in inexact] == [
        "E06000028", "E06000029", "E06000048", "E08000020", "E10000009", "W06000007", "W06000017"
    ]  # fmt: skip


def test_names_that_changed_under_their_code(release):
    assert rows(release, "select from_code, from_name, to_name, change_date from authority_changes"
                " where change_kind = 'name_only' order by 1") == RENAMED  # fmt: skip


def test_shares_of_a_split_are_the_whole_and_northamptonshire_s_come_from_its_districts(release):
    for code, total in rows(release, "select from_code, sum(share_percent) from authority_changes"
                            " where change_kind = 'split' group by 1"):  # fmt: skip
        assert total == pytest.approx(100), code
    assert rows(release, "select to_code, round(share_percent, 1), share_basis from authority_changes"
                " where from_code = 'E10000021' order by 1") == [
        ("E06000061", 47.1, "districts_before"), ("E06000062", 52.9, "districts_before")
    ]  # fmt: skip


def test_where_one_register_alone_says_so_it_is_named(release):
    assert rows(release, "select sources, basis from authority_changes where from_code = 'E08000016'") == [
        (["dfe__ees_local_authorities"], "department_code")
    ]
    assert rows(release, "select distinct sources, basis from authority_changes where from_code = 'E10000001'") == [
        (["ons__code_history_changes"], "instrument")
    ]


def test_every_disagreement_is_there_with_every_statement(release):
    found = dict(rows(release, "select area_code, string_agg(distinct what, '|' order by what)"
                      " from register_disagreements group by 1"))  # fmt: skip
    assert found == DISPUTED
    assert {code for (code,) in rows(release, "select area_code from authorities where is_disputed")} == set(DISPUTED)
    assert rows(release, "select source_id, stated, chosen, is_chosen from register_disagreements"
                " where area_code = 'W06000023' order by 1") == [
        ("mysociety__uk_local_authorities", "1996-04-01", "2009-06-01", False),
        ("ons__code_history_districts", "2009-06-01", "2009-06-01", True),
        ("ons__code_history_json", "2009-06-01", "2009-06-01", True),
    ]  # fmt: skip


def test_a_recoded_authority_stays_in_its_service(release):
    found = rows(
        release, "select service_id, area_code from service_authorities where basis = 'inherited' order by 1, 2"
    )
    assert found == [
        ("barnsley", "E08000038"), ("buckinghamshire", "E06000060"), ("cumbria", "E06000063"),
        ("cumbria", "E06000064"), ("north_yorkshire", "E06000065"), ("northamptonshire", "E06000061"),
        ("northamptonshire", "E06000062"), ("sheffield", "E08000039"), ("somerset", "E06000066"),
    ]  # fmt: skip


def test_services_of_several_authorities_share_their_whole(release):
    shares = rows(release, "select service_id, count(*), sum(share_percent), min(share_basis) from service_shares"
                  " where valid_from = '2019-04-01' and members > 1 group by 1 order by 1")  # fmt: skip
    assert len(shares) == SEVERAL
    assert {basis for *_, basis in shares} == {"population"}
    assert all(total == pytest.approx(100) for _, _, total, _ in shares)
    assert {name: size for name, size, _, _ in shares}["west_mercia"] == 4


def test_north_northamptonshire_of_2020_is_its_four_districts(release):
    assert rows(release, "select area_codes, value from series where lineage_code = 'E06000061'"
                " and basis = 'fixed_geography' and period_label = '2020'") == [
        (["E07000150", "E07000152", "E07000153", "E07000156"], 35861.0)
    ]  # fmt: skip
    assert rows(release, "select refused_because, note from series where lineage_code = 'E06000061'"
                " and basis = 'refused' and period_label = '2019'") == [
        ("no_exact_predecessor", "E10000021 (Northamptonshire) was split on 2021-04-01")
    ]  # fmt: skip


def test_department_codes_combined_codes_districts_and_regions(release):
    without = (
        "select count(*) from authorities where area_type = 'authority' and dfe_code is null and nation = 'England'"
    )
    assert rows(release, f"{without} and valid_to is null") == [(0,)]
    assert rows(release, without) == [(5,)]  # the five counties of 2009 that the department lists under no code
    assert rows(release, "select area_code, area_type, dfe_code from authorities where contains(area_code, ' / ')"
                " order by 1") == [
        ("E06000061 / E06000062", "other", "940 / 941"), ("E06000063 / E06000064", "other", "942 / 943"),
        ("E09000021 / E09000027", "other", "314 / 318"),
    ]  # fmt: skip
    assert rows(release, "select area_type, count(*), count(*) filter (valid_to is null) from authorities"
                " where area_type in ('district', 'region') group by 1 order by 1") == [
        ("district", 246, 164), ("region", 9, 9)
    ]  # fmt: skip
