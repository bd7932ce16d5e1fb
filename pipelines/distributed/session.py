"""The one session with the engine that this process has: how it is made, and the tables that the models start from."""

from pathlib import Path
from typing import Any

from sqlglot import exp

from pipelines.distributed.translation import Columns

# What makes the engine mean what the models mean: times without a zone, days of UTC, no silent null for what cannot be.
MEANING = {
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
}
INPUTS = ("landed", "ledger", "catalogue")
PUBLIC, INTERNAL = "main", "internal"
SPARK, SAIL = "spark", "sail"


def spark_session(master: str, tables: Path, memory: str, settings: dict[str, str]) -> Any:
    """A session with a Spark cluster.

    Args:
        master: Address of the master.
        tables: Folder in which the engine writes its tables, seen by every worker under this path.
        memory: Of each executor and of this process's side of the engine.
        settings: Of the installation: they win over ours.
    """
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("dovetail")
    ours = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.warehouse.dir": str(tables / "spark"),
        # Small tables are many here: a shuffle in 200 parts would be nearly all start-up.
        "spark.sql.shuffle.partitions": "8",
        # By this rule Spark 4.2 makes an invalid plan of int_register_disagreements; without it columns are copied.
        "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.RemoveRedundantAliases",
        **MEANING,
    }
    for name, value in {**ours, **settings}.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return keep(session)


def sail_session(address: str) -> Any:
    """A session with a Sail server, over Spark Connect."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(address).getOrCreate()
    for name, value in MEANING.items():
        session.conf.set(name, value)
    return keep(session)


_made: list[Any] = []


def keep(session: Any) -> Any:
    """Make a session the one of this process, in whichever thread it is asked for."""
    _made[:] = [session]
    return session


def current() -> Any:
    """The session made before. The client would give each thread one of its own, without our tables."""
    return _made[0]


def columns_of(schema: str, name: str) -> Columns:
    """The columns of a table or view of the engine, with their types."""
    found = current().table(f"{schema}.{name}").schema
    return {field.name: exp.DataType.build(field.dataType.simpleString(), dialect="spark") for field in found.fields}


def register_inputs(session: Any, warehouse: Path, sources: dict[str, str]) -> None:
    """Make a table of every input: Parquet files that stay where they are.

    Args:
        session: The engine's.
        warehouse: Folder with landed/, catalogue/ and ledger/.
        sources: Each input as `schema.name` and its files as the models name them, relative to the warehouse folder.
    """
    import duckdb

    for schema in (*INPUTS, INTERNAL, PUBLIC):
        session.sql(f"create database if not exists {schema}")
    with duckdb.connect() as connection:
        for table, files in sources.items():
            place, _, is_folder = files.partition("/**")
            columns, options = "", ""
            if is_folder:
                # Spark passes over files that begin with an underscore, as the empty one of each landed folder does,
                # and cannot learn the columns from a folder without any other: they are said.
                described = connection.execute(f"describe select * from '{warehouse / files}'").fetchall()
                columns = f"({', '.join(f'`{row[0]}` {engine_type(row[1])}' for row in described)})"
                options = "options (recursiveFileLookup 'true')"
            session.sql(f"create table {table} {columns} using parquet {options} location '{warehouse / place}'")


def engine_type(duckdb_type: str) -> str:
    """A type of DuckDB's in the engine's words."""
    kind = exp.DataType.build(duckdb_type, dialect="duckdb")
    if kind.this == exp.DType.TIMESTAMP:
        return "timestamp_ntz"
    return kind.sql("spark")
