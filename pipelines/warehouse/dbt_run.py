"""Builds `building/warehouse.duckdb` of a warehouse folder with dbt, in this process, from the parsed project.

dbt works inside the warehouse folder, because every input has a path relative to it. What it writes beside the database
(compiled SQL, its log) stays in `building/`. Nothing is parsed, nothing is sent, and the database is closed afterwards.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

from pipelines.warehouse.limits import block_size, memory_limit
from pipelines.warehouse.manifest import PROJECT, parsed, prepare
from pipelines.warehouse.outcomes import failing_keys
from pipelines.warehouse.recipe import Node, node_of
from pipelines.warehouse.results import NodeResult
from pipelines.warehouse.standing import DATABASE, unseal


class WarehouseNotBuilt(Exception):
    """dbt could not start or stopped before its nodes ran; the message is dbt's."""


def build(warehouse: Path, on_node: Callable[[NodeResult], None] | None = None) -> list[NodeResult]:
    """Build and test every dbt model, new, from what stands in the warehouse folder.

    Args:
        warehouse: Folder with landed/, catalogue/ and ledger/.
        on_node: Called as each node finishes, before its failing keys are known.

    Returns:
        One result for each node, in the order they ran. A failure is a result, not an exception.

    Raises:
        WarehouseNotBuilt: when dbt could not run at all.
    """
    return build_with_recipe(warehouse, on_node)[0]


def build_with_recipe(
    warehouse: Path, on_node: Callable[[NodeResult], None] | None = None
) -> tuple[list[NodeResult], list[Node]]:
    """`build`, and every node as dbt compiled it, in the same order."""
    warehouse = warehouse.resolve()
    (warehouse / DATABASE).parent.mkdir(parents=True, exist_ok=True)
    unseal(warehouse)
    for old in (DATABASE, DATABASE.with_suffix(".duckdb.wal")):
        (warehouse / old).unlink(missing_ok=True)
    results = _invoke(warehouse, ["build", "--exclude-resource-type", "unit_test"], on_node)
    return _with_failing_keys(warehouse, results), [node_of(result.node) for result in results]


def build_models(warehouse: Path, names: Sequence[str]) -> None:
    """Build some dbt models and what they are made of, untested, from what stands in the warehouse folder.

    Raises:
        WarehouseNotBuilt: when dbt could not run, or one of them failed; the message is dbt's.
    """
    (warehouse.resolve() / DATABASE).parent.mkdir(parents=True, exist_ok=True)
    results = _invoke(warehouse.resolve(), ["run", "--select", *(f"+{name}" for name in names)], None)
    for node in map(_node_result, results):
        if node.is_failure:
            raise WarehouseNotBuilt(f"{node.unique_id}: {node.message}")


def unit_test(warehouse: Path) -> list[NodeResult]:
    """Run the dbt unit tests against a built warehouse folder, whose tables give them their column types."""
    results = _invoke(warehouse.resolve(), ["test", "--select", "test_type:unit"], None)
    return [_node_result(result) for result in results]


def _invoke(warehouse: Path, command: list[str], on_node: Callable[[NodeResult], None] | None) -> list[Any]:
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["DOVETAIL_BLOCK_SIZE"] = str(block_size(warehouse))
    os.environ["DOVETAIL_MEMORY_LIMIT"] = memory_limit()
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    project = parsed(prepare())
    callbacks = [_listener(on_node)] if on_node else []
    arguments = [
        "--log-level", "none", "--log-level-file", "none", "--log-path", "building/logs", "--no-write-json",
        *command, "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path",
        str(warehouse / "building" / "target"),
    ]  # fmt: skip
    with chdir(warehouse):
        try:
            outcome = dbtRunner(manifest=project, callbacks=callbacks).invoke(arguments)
        finally:
            # Until then the file stays locked, and another warehouse would be written through this one's connection.
            DuckDBConnectionManager.close_all_connections()
    if outcome.result is None:
        raise WarehouseNotBuilt(str(outcome.exception))
    nodes: Any = outcome.result
    return list(nodes.results)


def _listener(on_node: Callable[[NodeResult], None]) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished":
            node, result = event.data.node_info, event.data.run_result
            on_node(NodeResult(node.unique_id, node.node_status, result.message or None, result.execution_time))

    return listen


def _node_result(result: Any, failing_keys: tuple[str, ...] = ()) -> NodeResult:
    return NodeResult(
        result.node.unique_id, str(result.status), result.message, result.execution_time, result.failures, failing_keys
    )


def _with_failing_keys(warehouse: Path, results: list[Any]) -> list[NodeResult]:
    """Add the rows behind each failing test: dbt counts them, and a person needs to know which they are."""
    failing = [result for result in results if str(result.status) in ("fail", "warn") and result.node.compiled_code]
    if not failing:
        return [_node_result(result) for result in results]
    import duckdb

    keys: dict[str, tuple[str, ...]] = {}
    with chdir(warehouse), duckdb.connect(str(DATABASE), read_only=True) as connection:
        for result in failing:
            keys[result.node.unique_id] = failing_keys(connection, result.node.compiled_code)
    return [_node_result(result, keys.get(result.node.unique_id, ())) for result in results]
