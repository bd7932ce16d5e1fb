"""`python -m pipelines.distributed`: the models on Spark or Sail, and whether they come to what DuckDB came to.

Runs in the environment of requirements-distributed.lock (make distributed).
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from pipelines.distributed.session import SAIL, SPARK

REFERENCE = Path("building") / "warehouse.duckdb"


@click.command(help="Build the models of WAREHOUSE on an engine and write its public tables as Parquet to INTO/public.")
@click.argument("warehouse", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("into", type=click.Path(path_type=Path, file_okay=False))
@click.option("--engine", type=click.Choice([SPARK, SAIL]), default=SPARK, show_default=True)
@click.option("--master", help="Address of a cluster or server that runs already; else one is started.")
@click.option("--workers", default=2, show_default=True, help="Worker processes of the Spark cluster started here.")
@click.option("--memory", default="1g", show_default=True, help="Memory of each worker and of this side of the engine.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the engine.")
@click.option("--tests/--no-tests", default=True, show_default=True, help="Run the data tests on the engine as well.")
@click.option("--only", multiple=True, metavar="MODEL", help="Only these models and what they are made of.")
@click.option("--compare", is_flag=True, help="Compare with the tables that DuckDB built in WAREHOUSE.")
def main(
    warehouse: Path,
    into: Path,
    engine: str,
    master: str | None,
    workers: int,
    memory: str,
    settings: tuple[str, ...],
    tests: bool,
    only: tuple[str, ...],
    compare: bool,
) -> None:
    """Run, and say what came out. Exit code 1 when a node failed or a table differs."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise click.UsageError(
            "the engines are not in this environment: make distributed installs them in .venv-distributed"
        ) from None
    from pipelines.distributed.cluster import end_with_us
    from pipelines.distributed.run import run

    end_with_us()
    into.mkdir(parents=True, exist_ok=True)
    reference = warehouse / REFERENCE
    if compare and not reference.is_file():
        raise click.UsageError(f"there is nothing to compare with: {reference} is missing; run dovetail build first")
    chosen = dict(setting.split("=", 1) for setting in settings)
    with _session(engine, into.resolve(), master, workers, memory, chosen) as session:
        outcome = run(warehouse, into, engine, session, tests, only, _tell)
    spent = ", ".join(f"{part} {seconds} s" for part, seconds in outcome.seconds.items())
    click.echo(f"{len(outcome.nodes)} nodes on {engine}, {len(outcome.failures)} failed ({spent})")
    for node in outcome.failures:
        if node.status != "skipped":
            click.echo(f"{node.unique_id}: {node.status}: {node.message}", err=True)
    if outcome.failures or (compare and not only and not _is_same(reference, into / "public")):
        sys.exit(1)


def _tell(name: str, status: str, seconds: float) -> None:
    if status not in ("success", "pass") or seconds >= 5:
        click.echo(f"  {status:8} {seconds:6.1f} s  {name}")


def _is_same(reference: Path, public: Path) -> bool:
    from pipelines.distributed.compare import compare

    found = compare(reference, public, sorted(file.stem for file in public.glob("*.parquet")))
    for table in found:
        if not table.is_same:
            click.echo(
                f"{table.table}: {table.rows} rows with DuckDB, {table.other_rows} with the engine;"
                f" {table.differing} of DuckDB's are not there", err=True,
            )  # fmt: skip
            for example in table.examples:
                click.echo(f"    {example}", err=True)
    same = [table for table in found if table.is_same]
    near = sum(table.within_tolerance for table in same)
    click.echo(
        f"{len(same)} of {len(found)} public tables are the same as DuckDB's, {sum(t.rows for t in same)} rows"
        f" ({near} differ in the last digits of a floating-point number alone)"
    )
    return len(same) == len(found)


@contextmanager
def _session(
    engine: str, into: Path, master: str | None, workers: int, memory: str, settings: dict[str, str]
) -> Iterator[Any]:
    from contextlib import ExitStack

    from pipelines.distributed.cluster import sail_server, spark_cluster
    from pipelines.distributed.session import sail_session, spark_session

    with ExitStack() as opened:
        if engine == SAIL:
            address = master or opened.enter_context(sail_server(into / "engine"))
            os.environ["DOVETAIL_SAIL_PORT"] = address.rsplit(":", 1)[1]
            session = sail_session(address)
        else:
            address = master or opened.enter_context(spark_cluster(into / "engine", workers, memory))
            session = spark_session(address, into / "tables", memory, settings)
        try:
            yield session
        finally:
            session.stop()


if __name__ == "__main__":
    main()
