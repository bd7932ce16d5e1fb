"""Declarative automation: what is asked for when something changed upstream, and that nothing else is."""

from concurrent.futures import ThreadPoolExecutor

import dagster as dg
import pytest

from pipelines.orchestration.keys import delivered, landed, read_by_dbt
from pipelines.warehouse.manifest import manifest

pytestmark = pytest.mark.integration

END = {"gates/attribution", "gates/release", "release/current", "release/public", "reports/site"}


def below(table: str) -> set[str]:
    """Every dbt model made of a table that dbt reads, by dbt's own graph."""
    parsed = manifest()
    (source,) = (unique_id for unique_id, node in parsed["sources"].items() if node["name"] == table)
    found, left = set(), [source]
    while left:
        for child in parsed["child_map"][left.pop()]:
            if child.startswith("model.") and child not in found:
                found.add(child)
                left.append(child)
    return {f"warehouse/{each.split('.')[-1]}" for each in found}


def say(instance, key, version=None, **more):
    tags = {"dagster/data_version": version} if version else {}
    instance.report_runless_asset_event(dg.AssetMaterialization(key, tags=tags, **more))


def test_what_changed_is_asked_for_with_what_depends_on_it_and_nothing_else_is(definitions):
    """One story, because each look of the daemon at the whole graph costs seconds.

    In a thread of its own: Dagster starts an event loop, and a browser of another test may have left its own running.
    """
    with ThreadPoolExecutor(1) as thread:
        thread.submit(tell, definitions).result()


def tell(definitions):
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = None

        def asked() -> set[str]:
            nonlocal cursor
            result = dg.evaluate_automation_conditions(definitions, instance, cursor=cursor)
            cursor = result.cursor
            return {key.to_user_string() for key in everything if result.get_num_requested(key)}

        everything = definitions.resolve_asset_graph().get_all_asset_keys()
        for key in everything:
            if key.path[0] != "landed":
                say(instance, key, "first")
        asked()

        # An input that was written again and came out the same is no reason, and neither is nothing at all.
        say(instance, read_by_dbt("authorities"), "first")
        assert asked() == set()

        # A corrected register comes in: its input is asked for, and what the ledger tells of every delivery.
        say(instance, delivered(NEIGHBOURS), "second")
        say(instance, landed(NEIGHBOURS))
        assert asked() == {f"inputs/{table}" for table in ("statistical_neighbours", *OF_THE_LEDGER)}

        # Their run finds the register changed and the list of deliveries longer; no return changed its status.
        for table in ("statistical_neighbours", *OF_THE_LEDGER):
            say(
                instance, read_by_dbt(table), "second" if table in ("statistical_neighbours", "deliveries") else "first"
            )
        found = asked()
        assert found == below("statistical_neighbours") | below("deliveries") | END
        assert len(found) < 20
        assert "warehouse/observations" not in found

        # A period of a return landed: what was asked for is not asked for again.
        say(instance, landed("yjb__kpi_2_ete"), partition="2023-04-01")
        assert asked() == {"inputs/observations"}


NEIGHBOURS = "dfe__statistical_neighbours"
OF_THE_LEDGER = ("deliveries", "expected_deliveries", "quarantined_rows", "delivery_warnings")
