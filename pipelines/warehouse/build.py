"""Makes the warehouse of a folder what its inputs come to: what stands is brought up to date, or everything is new.

Both ways run the SQL that dbt compiled, and come to the same tables (tests/integration/warehouse/test_update.py).
"""

import shutil
from collections.abc import Callable
from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from pipelines.warehouse import changes, inputs, outcomes, recipe
from pipelines.warehouse.results import NodeResult
from pipelines.warehouse.standing import DATABASE, Seal, read, seal, why_anew
from pipelines.warehouse.update import ASIDE, NotUpdatable, connected, update


def bring_up_to_date(
    warehouse: Path,
    on_node: Callable[[NodeResult], None] | None = None,
    say: Callable[[str], None] | None = None,
) -> list[NodeResult]:
    """Build and test what changed since the last build, or everything where that is not certain.

    Args:
        warehouse: Folder with landed/, catalogue/ and ledger/.
        on_node: Called for each node as it is done.
        say: Told in one sentence how it is done, and why.

    Returns:
        One result for each node. A failure is a result, not an exception.

    Raises:
        WarehouseNotBuilt: when dbt could not run at all.
    """
    import duckdb

    warehouse = warehouse.resolve()
    say = say or _say_nothing
    reason = why_anew(warehouse)
    standing = read(warehouse)
    if reason is None and standing is not None:
        try:
            results = update(warehouse, standing, on_node)
        except NotUpdatable as not_updatable:
            reason = str(not_updatable)
        except duckdb.Error as error:
            reason = f"the one that stands cannot be read ({str(error).splitlines()[0]})"
        else:
            _seal(warehouse, standing if _is_all_kept(results) else replace(standing, published_as=None))
            kept = sum(result.status == "kept" for result in results)
            say(f"models: {kept} of {kept + sum(r.status == 'success' for r in results)} are as they were")
            return results
    say(f"models: every one is made new, because {reason}")
    return _build_anew(warehouse, on_node)


def _build_anew(warehouse: Path, on_node: Callable[[NodeResult], None] | None) -> list[NodeResult]:
    """Dbt's own build; sealed when nothing failed."""
    from pipelines.warehouse.dbt_run import build_with_recipe

    shutil.rmtree(warehouse / ASIDE, ignore_errors=True)  # of an update that was killed
    results, nodes = build_with_recipe(warehouse, on_node)
    if any(result.is_failure for result in results):
        return results
    with chdir(warehouse), connected() as connection:
        connection.execute("begin; create schema standing")
        changes.begin(connection)
        recipe.save(connection, nodes)
        inputs.note(connection, [node for node in nodes if node.kept_by])
        tests = {node.unique_id for node in nodes if node.kind == "test"}
        outcomes.save(connection, [result for result in results if result.unique_id in tests])
        connection.execute("commit; checkpoint")
    _seal(warehouse, None)
    return results


def _seal(warehouse: Path, before: Seal | None) -> None:
    import duckdb

    with chdir(warehouse), duckdb.connect(str(DATABASE), read_only=True) as connection:
        built_for, built_on = connection.execute(
            "select release_id, previous_release_id from internal.stg_release"
        ).fetchall()[0]
    seal(warehouse, built_for, built_on, before)


def _is_all_kept(results: list[NodeResult]) -> bool:
    return all(result.status in ("kept", "pass", "warn") for result in results)


def _say_nothing(_sentence: str) -> None:
    """For a caller that shows no progress."""
