"""The files themselves: the same bytes every time, marked as fictional, in the layouts they claim."""

import hashlib
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipelines.sample import write
from pipelines.sample.country import found_country

STRUCTURE_REGISTER = (
    "service,typology,model,tenure,valid_from,from_precision,valid_to,to_precision,scope_percent,source,source_date,"
    "page,quote,coder"
)
TIDY = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,old_la_code,"
    "new_la_code,la_name,"
)
KPI_1 = (
    "return_status_id,reporting_date,yot_code,description,"
    "ns_total,ns_start_yes,ns_start_no,ns_end_yes,ns_end_no,yjs_total,yjs_start_yes,yjs_start_no,yjs_end_yes,"
    "yjs_end_no,ycc_total,ycc_start_yes,ycc_start_no,ycc_end_yes,ycc_end_no,ro_total,ro_start_yes,ro_start_no,"
    "ro_end_yes,ro_end_no,yro_total,yro_start_yes,yro_start_no,yro_end_yes,yro_end_no,cust_total,cust_start_yes,"
    "cust_start_no,cust_release_yes,cust_release_no,cust_end_yes,cust_end_no,noncust_total,noncust_start_yes,"
    "noncust_start_no,noncust_release_yes,noncust_release_no,note"
)
NEED = ",".join(f"{o}_{m}" for o in ("ns", "yjs", "ycc", "ro", "yro", "cust") for m in ("total", "start", "end"))
KEYS = "return_status_id,reporting_date,yot_code,description"
HEADERS = {
    "structure_register.csv": STRUCTURE_REGISTER,
    "service_register.csv": "service,nation,yot_code,authority_code,authority_name,valid_from,valid_to,evidence,"
    "evidence_date",
    "ni_111_first_time_entrants.csv": TIDY
    + "first_time_entrants,population_10_to_17,first_time_entrants_per_100000,note",
    "kpi_01_accommodation_2023-24.csv": KPI_1,
    "kpi_03_send_aln_2024-25.csv": f"{KEYS},ns,yjs,ycc,ro,yro,cust,note",
    "kpi_04_mental_health_2023-24.csv": f"{KEYS},{NEED},note",
    "kpi_05_substance_misuse_2023-24.csv": f"{KEYS},{NEED},note",
    "kpi_06_out_of_court_2023-24.csv": f"{KEYS},community_resolution,nfa_o22_yjs,nfa_o22_deferred_yjs,nfa_o20_21_yjs,"
    "yc_yjs,ycc,note",
    "kpi_07_wider_services_2023-24.csv": f"{KEYS},{NEED.replace('ns_', 'ws_')},note",
    "kpi_09_serious_violence_2024-25.csv": f"{KEYS},age10to15,age16to17,note",
    "kpi_10_victims_2024-25.csv": f"{KEYS},total,note",
}


def fingerprints(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


def test_same_seed_gives_same_bytes(folder, tmp_path):
    written = write(tmp_path)
    assert fingerprints(tmp_path) == fingerprints(folder)
    assert {path.name for path in written} == set(fingerprints(folder))


def test_another_seed_gives_other_numbers_in_the_same_country(folder, tmp_path):
    write(tmp_path, seed=7)
    ours, theirs = fingerprints(folder), fingerprints(tmp_path)
    assert ours.keys() == theirs.keys()
    assert ours["FICTIONAL_service_register.csv"] == theirs["FICTIONAL_service_register.csv"]
    assert ours["FICTIONAL_structure_register.csv"] != theirs["FICTIONAL_structure_register.csv"]
    assert ours["FICTIONAL_kpi_01_accommodation_2023-24.csv"] != theirs["FICTIONAL_kpi_01_accommodation_2023-24.csv"]


def test_every_file_says_fictional_in_its_name_and_inside(folder):
    for path in folder.iterdir():
        inside = path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                inside = b"".join(package.read(name) for name in package.namelist())
        assert b"FICTIONAL" in inside, path.name
        assert path.name.startswith("FICTIONAL_") or path.name == "README.md"


def test_formats_are_mixed_and_the_whole_is_small(folder, files):
    assert {path.suffix for path in files} == {".csv", ".xlsx", ".ods", ".json"}
    assert sum(path.stat().st_size for path in folder.iterdir()) < 40_000_000


@pytest.mark.parametrize("name", HEADERS)
def test_header_is_exact(folder, name):
    with (folder / f"FICTIONAL_{name}").open(encoding="utf-8") as lines:
        assert lines.readline().rstrip("\n") == HEADERS[name]


def test_authority_register_has_the_columns_of_the_published_one(folder, real):
    published = pl.read_csv(real / "la_register/uk_local_authorities_current__v1.3.0.csv", n_rows=0).columns
    ours = pl.read_csv(folder / "FICTIONAL_local_authorities_register.csv", n_rows=0).columns
    assert set(ours) <= set(published)
    assert {"local-authority-code", "nice-name", "gss-code", "start-date", "end-date", "replaced-by"} <= set(ours)


def test_no_code_has_the_form_of_a_real_one():
    country = found_country()
    codes = [a.code for a in country.authorities] + [s.code for s in country.services] + [c for c, _ in country.regions]
    assert len(codes) == len(set(codes))
    assert not [code for code in codes if re.fullmatch(r"[EWSNK]\d{8}|F00[A-Z]{2}00", code)]
    assert not [a.dfe_code for a in country.authorities if a.dfe_code.isdigit()]


def test_no_name_is_a_real_one(real):
    country = found_country()
    register = pl.read_csv(real / "la_register/uk_local_authorities_current__v1.3.0.csv", infer_schema=False)
    services = pl.read_csv(real / "youth_justice/yjb_2021-22_children_by_yjs.csv", infer_schema=False)
    taken = {
        name.casefold()
        for column in (register["nice-name"], register["official-name"], register["region"], services["YOT"])
        for name in column.drop_nulls()
    }
    ours = {a.name for a in country.authorities} | {s.name for s in country.services} | {n for _, n in country.regions}
    assert len(taken) > 500
    assert not {name for name in ours if name.casefold() in taken}
    words = {word for name in ours for word in re.findall(r"\w+", name.casefold())} - {"and", "combined", "fictional"}
    assert not words & {word for name in taken for word in re.findall(r"\w+", name)}
