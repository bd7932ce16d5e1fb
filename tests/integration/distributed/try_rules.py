"""Tries every rule on an engine and prints, as JSON, what differs from DuckDB. Runs in the engines' environment."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.integration.distributed.figures import AGGREGATES, EXPRESSIONS, ROWS, SELECTS, TYPED


def statements() -> Iterator[str]:
    """Every select that is tried, in DuckDB's words."""
    yield from (f"select k, {expression} as r from figures" for expression in EXPRESSIONS)
    yield from (f"select u, {aggregate} as r from figures group by u" for aggregate in AGGREGATES)
    yield from SELECTS


def main(engine: str, folder: Path) -> None:
    import duckdb

    from pipelines.distributed.adapter import in_enough_steps
    from pipelines.distributed.cluster import end_with_us, sail_server, spark_cluster
    from pipelines.distributed.session import SAIL, columns_of, sail_session, spark_session
    from pipelines.distributed.translation import translate

    end_with_us()
    duckdb.execute(f"create table figures as {TYPED} from ({ROWS})")
    duckdb.execute(f"copy figures to '{folder / 'figures.parquet'}' (format parquet)")
    with ExitStack() as opened:
        if engine == SAIL:
            session = sail_session(opened.enter_context(sail_server(folder / "engine")))
        else:
            master = opened.enter_context(spark_cluster(folder / "engine", memory="600m"))
            session = spark_session(master, folder / "tables", "600m", {"spark.sql.shuffle.partitions": "2"})
        opened.callback(session.stop)
        session.sql("create database main")
        session.sql(f"create table main.figures using parquet location '{folder / 'figures.parquet'}'")
        differing = []
        for statement in statements():
            ours = sorted(map(plain, duckdb.execute(statement).fetchall()), key=repr)
            asked = statement.replace("from figures", "from main.figures").replace("join figures", "join main.figures")
            try:
                said = in_enough_steps(asked) if engine == SAIL else translate(asked, columns_of)
                theirs = sorted(map(plain, map(tuple, session.sql(said).collect())), key=repr)
            except Exception as refused:
                theirs = [str(refused)[:300]]
            if ours != theirs:
                differing.append([statement, repr(ours), repr(theirs)])
    print(json.dumps({"tried": len(list(statements())), "differing": differing}))


def plain(value: Any) -> Any:
    """A value that equals another wherever they mean the same: numbers to twelve digits, rows and lists as lists."""
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float | int) or type(value).__name__ == "Decimal":
        return float(f"{float(value):.12g}")
    return str(value).removesuffix(" 00:00:00")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
