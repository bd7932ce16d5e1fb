"""One run of the models on an engine: its session, its inputs, dbt, and the public tables that came out."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.warehouse.manifest import PROJECT, manifest
from pipelines.warehouse.results import NodeResult


class RunFailed(Exception):
    """dbt could not run on the engine, or a node of it failed; the message is the first failure's."""


@dataclass(frozen=True)
class Outcome:
    """What became of a run.

    Attributes:
        nodes: One for each model and test, in the order they ran.
        seconds: Wall time of each part: registering the inputs, dbt, gathering the public tables.
    """

    nodes: list[NodeResult]
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def failures(self) -> list[NodeResult]:
        """The nodes that failed or never ran."""
        return [node for node in self.nodes if node.is_failure]


def run(
    warehouse: Path,
    into: Path,
    engine: str,
    session: Any,
    is_tested: bool = True,
    only: tuple[str, ...] = (),
    on_node: Callable[[str, str, float], None] | None = None,
) -> Outcome:
    """Build every model on the engine from what stands in a warehouse folder; nothing in that folder changes.

    Args:
        warehouse: Folder with landed/, catalogue/ and ledger/.
        into: Folder for `tables/` (the engine's own), `public/` (the public tables) and dbt's files. Emptied first.
        engine: `spark` or `sail`.
        session: Of the engine.
        is_tested: Whether the data tests run as well.
        only: Names of models; with them only those and what they are made of are built, and nothing is gathered.
        on_node: Called as each node finishes, with its name, status and seconds.

    Raises:
        RunFailed: when dbt could not run.
    """
    from pipelines.distributed.adapter import install
    from pipelines.distributed.gather import contracts, gather
    from pipelines.distributed.session import register_inputs

    warehouse, into = warehouse.resolve(), into.resolve()
    tables = into / "tables"
    for old in ("tables", "public", "dbt"):
        shutil.rmtree(into / old, ignore_errors=True)
    tables.mkdir(parents=True)
    project = manifest()
    seconds: dict[str, float] = {}
    with _timed(seconds, "inputs"):
        register_inputs(session, warehouse, _inputs(project))
    install(engine, tables)
    command = ["build" if is_tested else "run", *(["--exclude-resource-type", "unit_test"] if is_tested else [])]
    if only:
        command += ["--select", *(f"+{name}" for name in only)]
    with _timed(seconds, "dbt"):
        nodes = _dbt(command, engine, into / "dbt", on_node)
    outcome = Outcome(nodes, seconds)
    if not only and not outcome.failures:
        with _timed(seconds, "gather"):
            gather(tables, into / "public", contracts(project))
    return outcome


def _inputs(project: dict[str, Any]) -> dict[str, str]:
    """Each input with its files, as dbt_project/models/staging/sources.yml names them."""
    return {
        f"{source['schema']}.{source['name']}": (
            source["config"]["meta"]["external_location"].replace("{name}", source["name"])
        )
        for source in project["sources"].values()
    }


def _dbt(
    command: list[str], engine: str, target: Path, on_node: Callable[[str, str, float], None] | None
) -> list[NodeResult]:
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    from dbt.cli.main import dbtRunner

    def listen(event: Any) -> None:
        if event.info.name == "NodeFinished" and on_node is not None:
            node, result = event.data.node_info, event.data.run_result
            on_node(node.node_name, node.node_status, result.execution_time)

    target.mkdir(parents=True)
    with chdir(target):
        outcome = dbtRunner(callbacks=[listen]).invoke([
            "--log-level", "none", "--log-level-file", "none", "--log-path", str(target / "logs"), "--no-write-json",
            "--no-partial-parse", *command, "--target", engine, "--project-dir", str(PROJECT),
            "--profiles-dir", str(PROJECT), "--target-path", str(target),
        ])  # fmt: skip
    if outcome.result is None:
        raise RunFailed(str(outcome.exception))
    results: Any = outcome.result
    return [
        NodeResult(node.node.unique_id, str(node.status), node.message, node.execution_time, node.failures)
        for node in results.results
    ]


@contextmanager
def _timed(seconds: dict[str, float], part: str) -> Iterator[None]:
    """Notes how long a part took."""
    began = time.monotonic()
    yield
    seconds[part] = round(time.monotonic() - began, 1)
