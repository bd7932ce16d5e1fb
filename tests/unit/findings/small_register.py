"""A small register of published figures in the shape of the public tables: what a release would hold, without a build.

Reports, places and figures are invented; the arithmetic is real.
"""

from pathlib import Path
from typing import Any

import duckdb

CREATE = """
create table published_findings (
    finding_id varchar, listing varchar, seed varchar, statement varchar, value_text varchar, value_type varchar,
    unit varchar, base varchar, locator varchar, claimant varchar, feasibility varchar, test_id varchar,
    solution_count bigint, possible_counts varchar, failed_test_ids varchar[], conflict_ids varchar[],
    reproduction varchar, recomputed_value double, difference double, counted double, counted_base double,
    rows_counted bigint, recipe varchar, obstacle varchar, is_illustrative boolean, is_verified boolean,
    citation varchar
);
create table finding_tests (
    test_id varchar, conflict_id varchar, title varchar, test_kind varchar, finding_ids varchar[], bases_tried varchar,
    reading varchar, verdict varchar, solution_count bigint, solutions varchar[], feasible_bases varchar[],
    half_even_verdict varchar, working varchar[], is_declared boolean, is_stated boolean, is_rounding_sensitive boolean
);
create table source_conflicts (
    conflict_id varchar, title varchar, seed varchar, conflict_kind varchar, gap_kind varchar, state varchar,
    statement_a varchar, locator_a varchar, statement_b varchar, locator_b varchar, finding_ids varchar[],
    service_ids varchar[], candidate_resolution varchar, is_verified boolean, citation varchar
);
"""
FINDING: dict[str, Any] = {
    "seed": "901", "value_type": "rounded", "unit": "percent", "locator": "Table 1", "feasibility": "not_tested",
    "failed_test_ids": [], "conflict_ids": [], "reproduction": "not_reproducible", "rows_counted": 0,
    "obstacle": "no table of the warehouse holds what is counted", "is_illustrative": False, "is_verified": True,
    "citation": "Vellow report 2031",
}  # fmt: skip
FINDINGS = [
    {"finding_id": "V-01", "statement": "Services in Oxterby", "value_text": "34%", "base": "17 services",
     "feasibility": "not_feasible", "test_id": "V1", "conflict_ids": ["V1"]},
    {"finding_id": "V-02a", "listing": "V-02", "statement": "Services <north>", "value_text": "29%",
     "feasibility": "unique", "test_id": "V-02a.alone", "solution_count": 1, "possible_counts": "5",
     "failed_test_ids": ["V2"], "reproduction": "contradicted", "recomputed_value": 31.25, "difference": 2.0,
     "counted": 5, "counted_base": 16, "rows_counted": 16, "recipe": "structures where model_id is x", "obstacle": None,
     "is_illustrative": True},
    {"finding_id": "V-02b", "listing": "V-02", "statement": "Services south", "value_text": "90%",
     "feasibility": "several", "test_id": "V-02b.alone", "solution_count": 2, "failed_test_ids": ["V2"]},
    {"finding_id": "Q-01", "seed": "902", "statement": "Improved outcomes, in their view", "value_text": "best ever",
     "value_type": "qualitative", "unit": "label", "citation": "Quillmarsh survey 2030", "reproduction": "reproduced",
     "recomputed_value": 3, "difference": 0, "counted": 3, "counted_base": 3, "rows_counted": 3,
     "recipe": "case_study_facts where feature is y", "obstacle": None, "is_verified": False},
]  # fmt: skip
TEST: dict[str, Any] = {
    "test_kind": "share", "bases_tried": "17", "reading": "one percentage", "solution_count": 0, "solutions": [],
    "feasible_bases": [], "is_declared": True, "is_stated": True, "is_rounding_sensitive": False,
}  # fmt: skip
TESTS = [
    {"test_id": "V1", "conflict_id": "V1", "title": "34 per cent of 17", "finding_ids": ["V-01"],
     "verdict": "not_feasible", "half_even_verdict": "not_feasible",
     "working": ["34% of 17 is no whole number: 5 is 29.41% and 6 is 35.29%.", "No whole numbers satisfy this."]},
    {"test_id": "V2", "title": "North and south share out 17", "finding_ids": ["V-02a", "V-02b"],
     "test_kind": "partition", "verdict": "not_feasible", "half_even_verdict": "unique", "is_rounding_sensitive": True,
     "working": ["Together they are 20 to 21; the base is 17."]},
    {"test_id": "V3", "title": "The same on 5", "finding_ids": ["V-02a"], "verdict": "not_feasible",
     "half_even_verdict": "not_feasible", "is_stated": False, "reading": "tried here", "working": ["No."]},
    {"test_id": "V-02a.alone", "title": "29%", "finding_ids": ["V-02a"], "verdict": "unique", "solution_count": 1,
     "solutions": ["5 of 17"], "half_even_verdict": "unique", "is_declared": False, "working": ["29% of 17 is 5."]},
    {"test_id": "V-02b.alone", "title": "90%", "finding_ids": ["V-02b"], "verdict": "several", "solution_count": 2,
     "solutions": ["9 of 10", "18 of 20"], "half_even_verdict": "several", "is_declared": False, "working": ["So."]},
]  # fmt: skip
CONFLICTS = [
    {"conflict_id": "V1", "title": "34 or 35 per cent", "seed": "901", "conflict_kind": "arithmetic", "gap_kind": "E8",
     "state": "contested", "statement_a": "34%", "locator_a": "Table 1", "statement_b": "35%", "locator_b": "Chapter 2",
     "finding_ids": ["V-01"], "service_ids": [], "candidate_resolution": "35%: 6 of 17", "is_verified": True,
     "citation": "test"},
]  # fmt: skip


def add_to(database: Path) -> Path:
    """Add the three tables to a database, which is made where there is none."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(CREATE)
        for finding in FINDINGS:
            _insert(connection, "published_findings", FINDING | {"listing": finding["finding_id"]} | finding)
        for test in TESTS:
            _insert(connection, "finding_tests", TEST | test)
        for conflict in CONFLICTS:
            _insert(connection, "source_conflicts", conflict)
    return database


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    columns, marks = ", ".join(row), ", ".join("?" for _ in row)
    connection.execute(f"insert into {table} ({columns}) values ({marks})", list(row.values()))
