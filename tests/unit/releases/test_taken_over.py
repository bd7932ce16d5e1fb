"""The DuckDB file of the release before as the beginning of a new one: the same as one that is written anew."""

import json

import duckdb
import pytest

from pipelines.releases import manifest, partitions, taken_over
from pipelines.releases.fingerprint import file_sha256
from pipelines.releases.store import ReleaseStore
from pipelines.releases.taken_over import take_over
from pipelines.releases.verify import verify
from tests.unit.releases.test_release_partitions import LATER, YEARS

PROGRAM = {"code_sha256": "c0de", "lock_sha256": "10c4"}
CHANGES = {
    "a value of one year": LATER,
    "nothing": "",
    "a year is gone": "delete from observations where year(period_start) = 2019",
    "a year is new": "update observations set period_start = '2022-01-01' where row = 4",
    "what had no period": "update observations set value = 1 where row = 7",
    "every row is gone": "delete from observations",
    "a column is new": "alter table observations add column more varchar",
    "a column is of another type": "alter table observations alter row type integer",
    "another comment": "comment on column observations.value is 'Said otherwise'",
    "a table that is in no years": "update services set service_name = 'Renamed'",
    "a table is gone": "drop table typologies",
    "a table is new": "create table gap_kinds as select 'D1' as kind, 'Suppressed' as title, 1 as kind_order",
}


@pytest.fixture(autouse=True)
def _however_small(monkeypatch):
    monkeypatch.setattr(taken_over, "LEAST", 0)


def held(release):
    """Everything that a reader of the file finds, rows of a year in their order."""
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tables = connection.execute("select table_name, comment from duckdb_tables() order by 1").fetchall()
        ordered = {"observations": " order by year(period_start), rowid"}
        return {
            "tables": tables,
            "columns": connection.execute(
                "select table_name, column_name, data_type, comment from duckdb_columns()"
                " where not internal order by all"
            ).fetchall(),
            "macros": connection.execute(
                "select function_name, function_type, comment from duckdb_functions() where not internal order by all"
            ).fetchall(),
            "rows": {name: connection.execute(f"from {name}{ordered.get(name, '')}").fetchall() for name, _ in tables},
        }


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_taken_over_is_as_one_written_anew(build, release_of, change, tmp_path):
    warehouse = build(sql=YEARS)
    old = release_of(warehouse, inputs=PROGRAM)
    assert take_over(old, PROGRAM, tmp_path / "copy") == partitions.contents(old.path) != {}
    build(sql=YEARS + change)
    new = release_of(warehouse, inputs=PROGRAM)
    anew = release_of(build("anew", sql=YEARS + change), inputs=PROGRAM, release_id=new.release_id)
    assert held(new) == held(anew)
    files = {path.relative_to(new.path): path.read_bytes() for path in (new.path / "data").rglob("*.*")}
    assert files == {path.relative_to(anew.path): path.read_bytes() for path in (anew.path / "data").rglob("*.*")}
    assert verify(old) == verify(new) == []


def test_one_release_after_another_stays_the_same_and_small(build, release_of):
    warehouse = build(sql=YEARS, observations=20_000)
    sizes = []
    for number in range(8):
        build(sql=f"{YEARS}; update observations set value = value + {number} where row % 3 = 1", observations=20_000)
        sizes.append(release_of(warehouse, inputs=PROGRAM).database.stat().st_size)
    last = release_of(build("anew", sql=f"{YEARS}; update observations set value = value + 7 where row % 3 = 1",
                            observations=20_000), inputs=PROGRAM)  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(f"attach '{last.database}' as anew (read_only)")
        connection.execute(f"attach '{warehouse / 'current' / 'dovetail.duckdb'}' as taken (read_only)")
        both = "select * from {}.observations"
        for one, other in (("anew", "taken"), ("taken", "anew")):
            assert connection.execute(f"{both.format(one)} except {both.format(other)}").fetchall() == []
    assert max(sizes) < 3 * sizes[0]


def test_a_public_file_holds_no_byte_of_what_was_hidden_since(build, release_of):
    told = "update services set service_name = 'Canary of Vellow' where service_id = 'svc_1';"
    told += "update observations set value_marker = 'Canary at ' || row where row < 9"
    for access, is_kept in (("public", False), ("restricted", True)):
        warehouse = build(access, sql=f"{YEARS}; {told}")
        assert b"Canary" in release_of(warehouse, inputs=PROGRAM, access=access).database.read_bytes()
        build(access, sql=YEARS)
        assert (b"Canary" in release_of(warehouse, inputs=PROGRAM, access=access).database.read_bytes()) is is_kept


@pytest.mark.parametrize(
    "inputs", [{}, {"code_sha256": "c0de"}, PROGRAM | {"code_sha256": "other"}, PROGRAM | {"lock_sha256": "other"}]
)
def test_what_another_program_made_is_not_taken_over(build, release_of, inputs, tmp_path):
    old = release_of(build(sql=YEARS), inputs=PROGRAM)
    assert take_over(old, inputs, tmp_path / "copy") is None
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("file", ["dovetail.duckdb", partitions.NAME])
def test_what_was_damaged_since_is_not_taken_over(build, release_of, file, tmp_path):
    old = release_of(build(sql=YEARS), inputs=PROGRAM)
    damaged = old.path / file
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-3] + b"   ")
    assert take_over(old, PROGRAM, tmp_path / "copy") is None


def test_nor_is_a_small_file_or_one_that_is_half_empty(build, release_of, tmp_path, monkeypatch):
    assert take_over(None, PROGRAM, tmp_path / "copy") is None
    old = release_of(build(sql=YEARS), inputs=PROGRAM)
    monkeypatch.setattr(taken_over, "LEAST", old.database.stat().st_size + 1)
    assert take_over(old, PROGRAM, tmp_path / "copy") is None
    monkeypatch.setattr(taken_over, "LEAST", 0)
    monkeypatch.setattr(taken_over, "MOST_FREE", -0.1)
    assert take_over(old, PROGRAM, tmp_path / "copy") is None


@pytest.mark.parametrize(("lacking", "is_taken"), [("fingerprint", True), ("content", False)])
def test_nor_is_that_of_an_older_program_which_did_not_tell_contents(build, release_of, tmp_path, lacking, is_taken):
    warehouse = build(sql=YEARS)
    folder = release_of(warehouse, inputs=PROGRAM).path
    told = json.loads((folder / partitions.NAME).read_text(encoding="utf-8"))
    for years in told["tables"].values():
        for part in years.values():
            del part[lacking]
    made = json.loads((folder / manifest.MANIFEST).read_text(encoding="utf-8"))
    for path, said in ((folder / partitions.NAME, told), (folder / manifest.MANIFEST, made)):
        folder.chmod(0o755)
        path.chmod(0o644)
        path.write_text(json.dumps(said), encoding="utf-8")
        made["files"][partitions.NAME] = file_sha256(folder / partitions.NAME)
    old = ReleaseStore(warehouse).current()
    assert (take_over(old, PROGRAM, tmp_path / "copy") is not None) is is_taken
    assert (tmp_path / "copy").exists() is is_taken
