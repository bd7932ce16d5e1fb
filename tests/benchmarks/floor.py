"""The floor under a build: one DuckDB script in one process that makes the same public tables and the same files.

It has the SQL that dbt compiled for the build, in the order of what needs what, and the same Python functions for the
statistics. It runs no dbt, no Dagster and no Great Expectations, writes no document and no page, and copies nothing
twice: a public table is made once, sorted, in the file that readers get, and from there written as Parquet and CSV.
Keys are checked as in the build, by the tests of uniqueness. So it shows what the framework, the gates and the
publishing cost, and not what another query could save: a better query belongs in the model.

    python -m tests.benchmarks.floor recipe WAREHOUSE FILE           what the last build there compiled, as JSON
    python -m tests.benchmarks.floor run WAREHOUSE FILE INTO         runs it; prints one line of JSON
    python -m tests.benchmarks.floor same DATABASE DATABASE          public tables that differ, as JSON
"""

import json
import os
import sys
import time
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

KEY_TESTS = {"unique", "unique_combination"}
MADE_BY_GATES = {"check_results"}
"""What the floor does not make: how the checks came out."""
SHARE_OF_MEMORY = 0.6
"""What DuckDB may hold here: more than the 5 GiB that a build is held to."""
MOST_AT_ONCE = 20_000_000
"""Landed rows up to which a public table is joined and sorted in one statement; beyond, no memory here holds it."""


def recipe(warehouse: Path) -> dict[str, Any]:
    """Statements in order, the tests of keys, and the public tables as the release has them."""
    from pipelines.warehouse.manifest import PROJECT, manifest

    nodes = manifest()["nodes"]
    compiled = warehouse / "building" / "target" / "compiled" / "dovetail"
    steps, tests = [], []
    for node in _in_order(nodes):
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") in KEY_TESTS:
            # A test declared in YAML has its own file, in a folder named after the YAML.
            path = compiled / node["original_file_path"] / node["path"]
            tests.append({"name": node["name"], "sql": _renamed(path.read_text(encoding="utf-8"))})
        if node["resource_type"] != "model":
            continue
        step = {"name": node["name"], "schema": node["schema"], "kind": node["config"]["materialized"]}
        if node["language"] == "python":
            step["python"] = str(PROJECT / node["original_file_path"])
        else:
            step["sql"] = _renamed((compiled / node["original_file_path"]).read_text(encoding="utf-8"))
        steps.append(step)
    return {"steps": steps, "tests": tests, "public": _public(warehouse)}


def _in_order(nodes: dict[str, Any]) -> list[dict[str, Any]]:
    """Each node after all that it reads."""
    done: dict[str, dict[str, Any]] = {}

    def visit(name: str) -> None:
        if name in nodes and name not in done:
            for needed in sorted(nodes[name]["depends_on"]["nodes"]):
                visit(needed)
            done[name] = nodes[name]

    for name in sorted(nodes):
        visit(name)
    return list(done.values())


def _renamed(sql: str) -> str:
    """Public tables lie in the file that readers get."""
    return sql.replace('"warehouse"."main".', '"release"."main".')


def _public(warehouse: Path) -> dict[str, Any]:
    """Of each public table its columns and the order of its rows."""
    import duckdb

    from pipelines.releases.public_tables import declaration

    tables: dict[str, Any] = {}
    with duckdb.connect(str(warehouse / "current" / "dovetail.duckdb"), read_only=True) as connection:
        for table, column, kind in connection.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'main'"
            " and not internal order by table_name, column_index"
        ).fetchall():
            if table not in MADE_BY_GATES:
                tables.setdefault(table, {"columns": []})["columns"].append([column, kind])
    for name, table in tables.items():
        columns = [column for column, _ in table["columns"]]
        declared = declaration(name, columns)
        years = [f'year("{declared.partition}")'] if declared.partition else []
        order = dict.fromkeys([*declared.order, *(declared.key or columns)])
        table["order"] = ", ".join([*years, *(f'"{column}"' for column in order)])
    return tables


class _Asked:
    """What a Python dbt model asks of dbt: the tables that it reads."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", schemas: dict[str, str]) -> None:
        self._connection = connection
        self._schemas = schemas
        self.config = _Settings()

    def ref(self, name: str) -> "duckdb.DuckDBPyRelation":
        return self._connection.sql(f"from {_relation(name, self._schemas[name])}")


class _Settings:
    def __call__(self, **_settings: object) -> None:
        """Taken and not used: a table is made in any case."""


def _relation(name: str, schema: str) -> str:
    return f'"{"release" if schema == "main" else "warehouse"}"."{schema}"."{name}"'


def run(warehouse: Path, said: dict[str, Any], into: Path) -> dict[str, Any]:
    """Make everything; seconds of each part, and of the slowest statements."""
    import duckdb

    into.mkdir(parents=True)
    begun = time.perf_counter()
    connection = duckdb.connect(
        config={
            "memory_limit": f"{int(SHARE_OF_MEMORY * os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES'))}B",
            "temp_directory": str(into / "spill"),
        }
    )
    connection.execute(f"set TimeZone = 'UTC'; set file_search_path = '{warehouse}'")
    connection.execute(f"attach '{into / 'warehouse.duckdb'}' as warehouse")
    connection.execute(f"attach '{into / 'dovetail.duckdb'}' as release")
    connection.execute("create schema warehouse.internal; use warehouse")
    schemas = {step["name"]: step["schema"] for step in said["steps"]}
    slow: dict[str, float] = {}
    (landed,) = connection.execute("select count(*) from 'landed/observations/**/*.parquet'").fetchall()[0]
    for step in said["steps"]:
        start = time.perf_counter()
        # Only what readers get must lie in one order whatever the machine.
        connection.execute(f"set preserve_insertion_order = {str(step['name'] in said['public']).lower()}")
        _make(connection, step, said["public"], schemas, in_two=landed > MOST_AT_ONCE)
        slow[step["name"]] = time.perf_counter() - start
    made = time.perf_counter()
    failing = [test["name"] for test in said["tests"] if connection.execute(test["sql"]).fetchone()]
    assert not failing, f"keys that repeat: {failing}"
    checked = time.perf_counter()
    connection.execute("set preserve_insertion_order = true; use release")
    _write_files(connection, said["public"], into)
    connection.execute("checkpoint release; use memory; detach release; detach warehouse")
    connection.close()
    written = time.perf_counter()
    return {
        "seconds": written - begun, "models": made - begun, "keys": checked - made, "files": written - checked,
        "tests": len(said["tests"]), "slow": dict(sorted(slow.items(), key=lambda item: -item[1])[:20]),
    }  # fmt: skip


def _make(
    connection: "duckdb.DuckDBPyConnection",
    step: dict[str, Any],
    public: dict[str, Any],
    schemas: dict[str, str],
    *,
    in_two: bool,
) -> None:
    name = _relation(step["name"], step["schema"])
    made = step.get("sql")
    if "python" in step:
        table = run_path(step["python"])["model"](_Asked(connection, schemas), connection)
        connection.register("made_by_python", table)
        made = "select * from made_by_python"
    if step["kind"] == "view":
        connection.execute(f"create view {name} as {made}")
    elif step["name"] in public:
        columns = public[step["name"]]["columns"]
        names = ", ".join(f'"{column}"' for column, _ in columns)
        types = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        connection.execute(f"create table {name} ({types})")
        if in_two:
            connection.execute(
                "set preserve_insertion_order = false;"
                f" create table warehouse.internal.unsorted as {made};"
                " set preserve_insertion_order = true"
            )
            made = "from warehouse.internal.unsorted"
        connection.execute(
            f"insert into {name} select {names} from ({made}) as made order by {public[step['name']]['order']}"
        )
        if in_two:
            connection.execute("drop table warehouse.internal.unsorted")
    else:
        connection.execute(f"create table {name} as {made}")
    if "python" in step:
        connection.unregister("made_by_python")


def _write_files(connection: "duckdb.DuckDBPyConnection", public: dict[str, Any], into: Path) -> None:
    """Parquet and CSV with the very statements of the release, so that the files hold the same."""
    from pipelines.releases.data_files import write_data_files
    from pipelines.releases.database import Column, PublicTable
    from pipelines.releases.public_tables import declaration

    tables = [
        PublicTable(
            declaration(name, [column for column, _ in table["columns"]]),
            "",
            tuple(Column(column, kind, "") for column, kind in table["columns"]),
            connection.execute(f'select count(*) from "{name}"').fetchall()[0][0],
        )
        for name, table in public.items()
    ]
    write_data_files(connection, tables, into, is_fictional=True)


def differing(one: Path, other: Path) -> list[str]:
    """Public tables that do not hold the same rows in two databases."""
    import duckdb

    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        for (name,) in connection.execute(
            "select table_name from duckdb_tables() where database_name = 'other' and schema_name = 'main'"
        ).fetchall():
            names = [row[0] for row in connection.execute(f'describe other.main."{name}"').fetchall()]
            columns = ", ".join(f'"{column}"' for column in names)
            digest = 'select count(*), sum(hash(rows_)::hugeint) from (select {} from {}.main."{}") as rows_'
            if (
                len({connection.execute(digest.format(columns, base, name)).fetchone() for base in ("one", "other")})
                > 1
            ):
                found.append(name)
    return found


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """What the arguments say."""
    what, first, second, *rest = sys.argv[1:]
    if what == "recipe":
        Path(second).write_text(json.dumps(recipe(Path(first).resolve())), encoding="utf-8")
    elif what == "same":
        print(json.dumps(differing(Path(first), Path(second))))
    else:
        done = run(Path(first).resolve(), json.loads(Path(second).read_text(encoding="utf-8")), Path(rest[0]).resolve())
        print(json.dumps(done | {"peak_mb": _peak_mb()}))


if __name__ == "__main__":
    main()
