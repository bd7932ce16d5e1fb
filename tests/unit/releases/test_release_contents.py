import csv
import json
import stat

import duckdb
import polars as pl
import pytest
from frictionless import validate


def test_public_tables_are_copied_with_their_comments_and_nothing_private(build, release_of):
    release = release_of(build())
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tables = dict(connection.execute("select table_name, comment from duckdb_tables()").fetchall())
        assert set(tables) == {
            "indicators", "typologies", "services", "deliveries", "quarantined_rows", "observations", "check_results"
        }  # fmt: skip
        assert tables["observations"] == "One row is a published value."
        about = connection.execute(
            "select comment from duckdb_columns() where table_name = 'observations' and column_name = 'value'"
        ).fetchone()
        assert about == ("Published value; null when a marker | says why",)
        assert connection.execute("select * from duckdb_schemas() where schema_name = 'internal'").fetchall() == []
    assert not any(b"int_workings" in path.read_bytes() for path in release.path.rglob("*") if path.is_file())


def test_rows_are_those_that_were_built(build, release_of):
    warehouse = build()
    release = release_of(warehouse)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        connection.execute(f"attach '{warehouse}/building/warehouse.duckdb' as building (read_only)")
        for table in ("observations", "services", "quarantined_rows", "deliveries", "indicators"):
            difference = f"(from {table} except all from building.main.{table})"
            assert connection.execute(f"select count(*) from {difference}").fetchone() == (0,)
            same = f"select (select count(*) from {table}) = (select count(*) from building.main.{table})"
            assert connection.execute(same).fetchone() == (True,)
            files = f"{table}/*.parquet" if table == "observations" else f"{table}.parquet"
            parquet = f"(from '{release.path}/data/{files}' except all from {table})"
            assert connection.execute(f"select count(*) from {parquet}").fetchone() == (0,)


def test_checks_become_a_table_and_a_document(build, release_of, check):
    checks = [check("b_second", outcome="warn", failing_rows=2, failing_keys=("svc_1", "svc_2")), check("a_first")]
    release = release_of(build(), checks=checks)
    document = json.loads((release.path / "checks.json").read_text(encoding="utf-8"))
    assert document["release_id"] == "2026.1"
    assert [entry["check_id"] for entry in document["checks"]] == ["a_first", "b_second"]
    assert document["checks"][1]["failing_keys"] == "svc_1; svc_2"
    with duckdb.connect(str(release.database), read_only=True) as connection:
        columns = "check_id, tool, stage, title, is_blocking, outcome, failing_rows, failing_keys, about"
        rows = connection.execute(f"select {columns} from check_results").fetchall()
    assert rows == [tuple(entry[name.strip()] for name in columns.split(",")) for entry in document["checks"]]


def test_csv_writes_lists_times_and_nothing_plainly(build, release_of):
    release = release_of(build())
    with (release.path / "data" / "observations-csv" / "2020.csv").open(encoding="utf-8", newline="") as lines:
        rows = {row["row"]: row for row in csv.DictReader(lines)}
    assert rows["2"]["derived_from"] == "cfcd208495d565ef66e7dff9f98764da;c4ca4238a0b923820dcc509a6f75849b"
    assert rows["3"]["derived_from"] == ""
    assert rows["1"]["superseded_at"] == "2024-05-01T08:00:00.000000Z"
    assert rows["1"]["recorded_at"] == "2024-02-01T10:11:12.123456Z"
    assert rows["3"]["superseded_at"] == ""
    with (release.path / "data" / "services.csv").open(encoding="utf-8", newline="") as lines:
        assert next(csv.DictReader(lines))["service_name"] == 'Service, "0" of 1'
    assert pl.read_parquet(release.path / "data" / "observations" / "2020.parquet").schema["derived_from"] == pl.List(
        pl.String
    )


def test_data_package_is_valid(build, release_of):
    release = release_of(build())
    report = validate(str(release.path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    assert {task.name for task in report.tasks} == {path.stem for path in (release.path / "data").glob("*.csv")} | {
        "observations"
    }

    package = json.loads((release.path / "datapackage.json").read_text(encoding="utf-8"))
    schema = {resource["name"]: resource["schema"] for resource in package["resources"]}
    assert schema["observations"]["primaryKey"] == ["observation_id"]
    assert schema["observations"]["missingValues"] == [""]
    assert {"fields": ["service_id"], "reference": {"resource": "services", "fields": ["service_id"]}} in schema[
        "observations"
    ]["foreignKeys"]
    types = {field["name"]: field["type"] for field in schema["observations"]["fields"]}
    assert (types["value"], types["period_start"], types["recorded_at"], types["row"]) == (
        "number", "date", "datetime", "integer"
    )  # fmt: skip
    assert "primaryKey" not in schema["quarantined_rows"]


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        ("update observations set service_id = 'svc_nowhere' where row = 3", "foreign-key"),
        ("insert into services select * from services limit 1", "primary-key"),
    ],
)
def test_data_package_declares_keys_that_are_really_looked_at(build, release_of, broken, error):
    release = release_of(build(sql=broken))
    report = validate(str(release.path / "datapackage.json"))
    assert {row[0] for row in report.flatten(["type"])} == {error}


def test_a_column_type_that_no_data_package_knows_is_refused_by_name(build, release_of):
    warehouse = build(sql="alter table services add column location struct(x double)")
    with pytest.raises(ValueError, match=r"services\.location"):
        release_of(warehouse)


def test_a_public_table_that_is_not_declared_is_refused_by_name(build, release_of):
    with pytest.raises(ValueError, match="surprises"):
        release_of(build(sql="create table surprises as select 1 as a"))


def test_a_declared_column_that_is_not_there_is_refused_by_name(build, release_of):
    with pytest.raises(ValueError, match=r"services: .*service_id"):
        release_of(build(sql="alter table services rename service_id to id"))


def test_nothing_built_is_said_plainly(tmp_path, release_of):
    with pytest.raises(FileNotFoundError, match="must be built before"):
        release_of(tmp_path / "warehouse")


def test_nothing_public_built_is_said_plainly(tmp_path, release_of):
    (tmp_path / "building").mkdir()
    duckdb.connect(str(tmp_path / "building" / "warehouse.duckdb")).close()
    with pytest.raises(ValueError, match="nothing to release"):
        release_of(tmp_path)


def test_dictionary_says_when_to_use_a_table_and_what_each_column_is(build, release_of):
    text = (release_of(build()).path / "DICTIONARY.md").read_text(encoding="utf-8")
    assert "| [observations](#observations) | 40 | you need the numbers themselves;" in text
    assert "One row is a published value." in text
    assert "| `value` | DOUBLE | Published value; null when a marker \\| says why |" in text
    assert "Parquet `data/observations/*.parquet` (1 file), CSV `data/observations-csv/*.csv` (1 file)." in text
    assert "FICTIONAL" not in text


def test_known_issues_list_warnings_quarantine_and_refusals(build, release_of, check):
    checks = [check("rates_within_bounds", outcome="warn", is_blocking=False, failing_rows=1, failing_keys=("svc_3",))]
    text = (release_of(build(), checks=checks).path / "KNOWN_ISSUES.md").read_text(encoding="utf-8")
    assert "| `rates_within_bounds` | Each observation is there once | 1 | svc_3 |" in text
    assert "| `text_in_number_column` | 3 | 3 | 1 |" in text
    assert "| D2 | other.xlsx | No dataset has the column \\| Zone |" in text
    assert "No register was loaded" not in text


def test_known_issues_count_warnings_and_not_notes(build, release_of):
    warehouse = build(
        sql="""
        create table delivery_warnings as
        select 'D1' as delivery_id, severity, 'value_jumped' as rule, null::varchar as sheet, 3::bigint as row,
            'Value' as "column", null::varchar as decision_id
        from (select unnest(['warning', 'warning', 'note']) as severity)
    """
    )
    text = (release_of(warehouse).path / "KNOWN_ISSUES.md").read_text(encoding="utf-8")
    assert "| `value_jumped` | 2 | 1 |" in text


def test_known_issues_say_when_there_is_none(build, release_of):
    warehouse = build(sql="delete from quarantined_rows; delete from deliveries where verdict = 'refused'")
    text = (release_of(warehouse).path / "KNOWN_ISSUES.md").read_text(encoding="utf-8")
    for sentence in ("No check warns.", "Nothing was set aside.", "No delivery was refused."):
        assert sentence in text


def test_a_fictional_release_says_so_everywhere(build, release_of):
    release = release_of(build(), is_fictional=True)
    assert release.manifest["is_fictional"] is True
    for name in ("DICTIONARY.md", "KNOWN_ISSUES.md", "datapackage.json"):
        assert "FICTIONAL" in (release.path / name).read_text(encoding="utf-8")
    with duckdb.connect(str(release.database), read_only=True) as connection:
        comments = connection.execute("select comment from duckdb_tables()").fetchall()
        assert len(comments) == 7
        assert all("FICTIONAL" in comment for (comment,) in comments)
        keys = "select distinct key::varchar from parquet_kv_metadata($1) where value::varchar = 'FICTIONAL'"
        assert connection.execute(keys, [f"{release.path}/data/services.parquet"]).fetchall() == [("note",)]


def test_as_known_on_gives_what_was_known_at_the_end_of_a_day(build, release_of):
    release = release_of(build())
    with duckdb.connect(str(release.database), read_only=True) as connection:
        known = "select count(*), count(*) filter (where superseded_at is not null) from as_known_on(?)"
        assert connection.execute(known, ["2024-01-31"]).fetchone() == (0, 0)  # nothing had come in
        assert connection.execute(known, ["2024-02-01"]).fetchone() == (40, 1)  # on the day itself
        assert connection.execute(known, ["2024-04-30"]).fetchone() == (40, 1)
        assert connection.execute(known, ["2024-05-01"]).fetchone() == (39, 0)  # one row was replaced that day


def test_manifest_lists_every_file_with_its_hash_and_what_made_it(build, release_of):
    release = release_of(build(), inputs={"lock_sha256": "abc", "code_version": "0.1.0"})
    there = {p.relative_to(release.path).as_posix() for p in release.path.rglob("*") if p.is_file()} - {"MANIFEST"}
    assert list(release.manifest["files"]) == sorted(there)
    assert {"dovetail.duckdb", "report/index.html", "report/data/all.csv", "data/services.csv"} <= there
    assert release.manifest["inputs"] == {"code_version": "0.1.0", "lock_sha256": "abc"}
    assert release.manifest["release_id"] == "2026.1"


def test_files_are_made_read_only(build, release_of):
    release = release_of(build())
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o222 for path in release.path.rglob("*") if path.is_file()}
    assert modes == {0}


def test_no_connection_stays_open(build, release_of):
    release = release_of(build())
    # A connection that was still open in this process would refuse another way of opening the same file.
    with duckdb.connect(str(release.path.parents[1] / "building" / "warehouse.duckdb")) as connection:
        connection.execute("create table one_more as select 1 as a")
    assert not list(release.path.rglob("*.wal"))
    assert not list(release.path.rglob("*.tmp"))
