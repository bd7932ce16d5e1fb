"""The floor under a build: one DuckDB script in one process that makes the same public tables and the same files.

It has the SQL that dbt compiled for the build, in the order of what needs what, and the same Python functions for the
statistics. It runs no dbt, no Dagster and no Great Expectations, writes no document and no page, and copies nothing
twice: a public table is made once, sorted, in the file that readers get, and from there written as Parquet and CSV. Keys
are checked as in the build, by the tests of uniqueness. So it shows what the framework, the gates and the publishing
cost, and not what another query could save: a better query belongs in the model.

    python -m tests.benchmarks.floor recipe WAREHOUSE FILE      what the last build there compiled, as JSON
    python -m tests.benchmarks.floor run WAREHOUSE FILE INTO    runs it; prints one line of JSON
"""

import json
import sys
import time
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

KEY_TESTS = {"unique", "unique_combination"}


def recipe(warehouse: Path) -> dict[str, Any]:
    """Statements in order, key tests, public tables with the order of their rows, and the formats of their files."""
    from pipelines.releases.data_files import CSV_FORMAT, PARQUET
    from pipelines.releases.database import built_columns
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
    return {
        "steps": steps, "tests": tests, "public": built_columns(warehouse / "building" / "warehouse.duckdb"),
        "parquet": PARQUET, "csv": CSV_FORMAT,
    }  # fmt: skip


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


class _Asked:
    """What a Python dbt model asks of dbt: the tables that it reads."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", schemas: dict[str, str]) -> None:
        self._connection = connection
        self._schemas = schemas

    def ref(self, name: str) -> "duckdb.DuckDBPyRelation":
        database = "release" if self._schemas[name] == "main" else "warehouse"
        return self._connection.sql(f'from "{database}"."{self._schemas[name]}"."{name}"')

    def config(self, **_settings: object) -> None:
        """Taken and not used: a table is made in any case."""


def run(warehouse: Path, said: dict[str, Any], into: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Make everything; seconds of each part, and of the slowest statements."""
    import duckdb

    into.mkdir(parents=True)
    begun = time.perf_counter()
    connection = duckdb.connect(config={**settings, "temp_directory": str(into / "spill")})
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set file_search_path = '{warehouse.as_posix()}'")
    connection.execute(f"attach '{into / 'work.duckdb'}' as warehouse")
    connection.execute(f"attach '{into / 'dovetail.duckdb'}' as release")
    connection.execute("create schema warehouse.internal; use warehouse")
    schemas = {step["name"]: step["schema"] for step in said["steps"]}
    slow: dict[str, float] = {}
    for step in said["steps"]:
        start = time.perf_counter()
        _make(connection, step, said["public"], schemas)
        slow[step["name"]] = time.perf_counter() - start
    made = time.perf_counter()
    failing = [test["name"] for test in said["tests"] if connection.execute(test["sql"]).fetchone()]
    assert not failing, f"keys that repeat: {failing}"
    checked = time.perf_counter()
    (into / "data").mkdir()
    for name, table in said["public"].items():
        target = into / "data" / name
        connection.execute(f"copy release.main.{name} to '{target}.parquet' ({said['parquet']})")
        if table["csv"]:
            connection.execute(
                f"copy (select {table['csv']} from release.main.{name}) to '{target}.csv' ({said['csv']})"
            )
    connection.execute("use memory; checkpoint release; detach release; detach warehouse")
    connection.close()
    written = time.perf_counter()
    return {
        "seconds": written - begun, "models": made - begun, "keys": checked - made, "files": written - checked,
        "tests": len(said["tests"]), "slow": dict(sorted(slow.items(), key=lambda item: -item[1])[:20]),
    }  # fmt: skip


def _make(
    connection: "duckdb.DuckDBPyConnection", step: dict[str, Any], public: dict[str, Any], schemas: dict[str, str]
) -> None:
    is_public = step["schema"] == "main"
    name = f"{'release' if is_public else 'warehouse'}.{step['schema']}.{step['name']}"
    order = f" order by {public[step['name']]['order']}" if is_public else ""
    if "python" in step:
        made = run_path(step["python"])["model"](_Asked(connection, schemas), connection)
        connection.register("made_by_python", made)
        connection.execute(f"create table {name} as select * from made_by_python{order}")
        connection.unregister("made_by_python")
        return
    kind = "view" if step["kind"] == "view" else "table"
    # Types as the contract has them: dbt casts nothing, so neither is anything cast here.
    connection.execute(f"create {kind} {name} as select * from ({step['sql']}) as made{order}")


def _peak_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """What the arguments say."""
    what, warehouse, file, *rest = sys.argv[1:]
    if what == "recipe":
        Path(file).write_text(json.dumps(recipe(Path(warehouse).resolve())), encoding="utf-8")
        return
    settings = {"preserve_insertion_order": "true"} | dict(pair.split("=", 1) for pair in rest[1:])
    done = run(Path(warehouse).resolve(), json.loads(Path(file).read_text(encoding="utf-8")), Path(rest[0]), settings)
    print(json.dumps(done | {"peak_mb": _peak_mb()}))


if __name__ == "__main__":
    main()
