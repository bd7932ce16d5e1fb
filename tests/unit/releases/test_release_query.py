import subprocess
import sys

import polars as pl
import pytest

from pipelines.releases.query import QueryRefused, run_sql
from pipelines.releases.verify import verify


@pytest.fixture
def release(untouched):
    """Shared by all: that a query cannot change a release is what these tests show."""
    return untouched


def test_columns_and_rows_come_back(release):
    columns, rows = run_sql(release, "select service_id, valid_from is not null as dated from services", limit=2)
    assert columns == ["service_id", "dated"]
    assert rows == [("svc_0", True), ("svc_1", True)]
    assert len(run_sql(release, "from observations")[1]) == 40
    assert run_sql(release, "from observations", limit=0)[1] == []


@pytest.mark.parametrize(
    "query",
    [
        "from services;",
        "show tables",
        "describe observations",
        "summarize observations",
        "explain select 1",
        "with a as (select 1 as b) select * from a",
        "from as_known_on('2024-02-01')",
        "values (1)",
    ],
)
def test_every_way_of_reading_is_let_through(release, query):
    assert run_sql(release, query)[1]


@pytest.mark.parametrize(
    "query",
    [
        "insert into services select * from services",
        "update services set service_name = 'x'",
        "delete from services",
        "drop table services",
        "create table t as select 1",
        "create temp table t as select 1",
        "alter table services add column x int",
        "attach ':memory:' as m",
        "set threads = 1",
        "reset threads",
        "set variable x = 1",
        "install httpfs",
        "load httpfs",
        "checkpoint",
        "begin",
        "vacuum",
        "use memory",
        "prepare p as delete from services",
        "call enable_logging()",
        "explain analyze delete from services",
        "select 1; select 2",
        "",
        "selct 1",
        "select * from nowhere",
    ],
)
def test_what_is_no_read_is_refused(release, query):
    with pytest.raises(QueryRefused):
        run_sql(release, query)
    assert verify(release) == []


@pytest.mark.parametrize(
    "query",
    [
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from read_blob('{file}')",
        "select * from sniff_csv('{file}')",
        "select * from glob('{folder}/*')",
        "from '{file}'",
        "explain analyze copy services to '{folder}/out.csv'",
        "copy services to '{folder}/out.csv'",
        "export database '{folder}/out'",
        "attach '{folder}/out.duckdb' as o",
        "select * from frame",
    ],
)
def test_files_and_memory_of_the_program_are_out_of_reach(release, tmp_path, query):
    frame = pl.DataFrame({"secret": [1]})  # DuckDB would find it by name
    assert frame.height == 1
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.csv").write_text("secret\n1\n", encoding="utf-8")
    with pytest.raises(QueryRefused):
        run_sql(release, query.format(file=folder / "secret.csv", folder=folder))
    assert [path.name for path in folder.iterdir()] == ["secret.csv"]


def test_a_refusal_says_what_to_do(release, tmp_path):
    with pytest.raises(QueryRefused, match="DELETE is refused: a release is only read"):
        run_sql(release, "delete from services")
    with pytest.raises(QueryRefused, match="This reads or writes a file"):
        run_sql(release, f"from read_csv('{tmp_path}/a.csv')")
    with pytest.raises(QueryRefused, match="One query at a time"):
        run_sql(release, "select 1; select 2")
    with pytest.raises(QueryRefused, match="no_such_column"):
        run_sql(release, "select no_such_column from services")


def test_a_big_sort_writes_nothing_into_the_release(release):
    before = sorted(release.path.rglob("*"))
    run_sql(release, "select md5(i::varchar) from range(200000) t(i) order by 1", limit=1)
    assert sorted(release.path.rglob("*")) == before


def test_no_connection_stays_open(release):
    run_sql(release, "from services")
    with pytest.raises(QueryRefused):
        run_sql(release, "delete from services")
    opened = f"import duckdb; duckdb.connect({str(release.database)!r}, read_only=True).execute('from services')"
    subprocess.run([sys.executable, "-c", opened], check=True)
