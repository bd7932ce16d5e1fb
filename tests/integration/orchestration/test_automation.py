"""Declarative automation: what is asked for when something changed upstream, and that nothing else is."""

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


@pytest.fixture
def made(definitions):
    """An instance in which everything was made once, by one build."""
    with dg.DagsterInstance.ephemeral() as instance:
        for key in definitions.resolve_asset_graph().get_all_asset_keys():
            if key.path[0] != "landed":
                say(instance, key, "first")
        first = dg.evaluate_automation_conditions(definitions, instance)
        yield instance, first.cursor


def say(instance, key, version=None, **more):
    tags = {"dagster/data_version": version} if version else {}
    instance.report_runless_asset_event(dg.AssetMaterialization(key, tags=tags, **more))


def asked(definitions, instance, cursor):
    result = dg.evaluate_automation_conditions(definitions, instance, cursor=cursor)
    keys = {key for key in definitions.resolve_asset_graph().get_all_asset_keys() if result.get_num_requested(key)}
    return {key.to_user_string() for key in keys}, result.cursor


def test_when_nothing_changed_nothing_is_asked_for(definitions, made):
    instance, cursor = made
    assert asked(definitions, instance, cursor)[0] == set()


def test_a_corrected_register_asks_for_what_depends_on_it_and_for_nothing_else(definitions, made):
    instance, cursor = made
    say(instance, delivered("dfe__statistical_neighbours"), "another")
    say(instance, landed("dfe__statistical_neighbours"))
    inputs, cursor = asked(definitions, instance, cursor)
    assert inputs == {"inputs/statistical_neighbours"} | {f"inputs/{table}" for table in OF_THE_LEDGER}
    # Their run finds that the register changed, and the list of deliveries; no return changed its status.
    for table in ("statistical_neighbours", *OF_THE_LEDGER):
        say(instance, read_by_dbt(table), "second" if table in ("statistical_neighbours", "deliveries") else "first")
    found, cursor = asked(definitions, instance, cursor)
    assert found == below("statistical_neighbours") | below("deliveries") | END
    assert len(found) < 20
    assert "warehouse/observations" not in found
    assert asked(definitions, instance, cursor)[0] == set()


OF_THE_LEDGER = ("deliveries", "expected_deliveries", "quarantined_rows", "delivery_warnings")


def test_an_input_written_again_with_the_same_content_is_no_reason(definitions, made):
    instance, cursor = made
    say(instance, read_by_dbt("authorities"), "first")
    found, cursor = asked(definitions, instance, cursor)
    assert found == set()
    say(instance, read_by_dbt("authorities"), "second")
    found, _ = asked(definitions, instance, cursor)
    assert found == below("authorities") | END


def test_a_landed_period_asks_for_the_observations(definitions, made):
    instance, cursor = made
    say(instance, landed("yjb__kpi_2_ete"), partition="2023-04-01")
    assert asked(definitions, instance, cursor)[0] == {"inputs/observations"}


def test_what_nobody_made_yet_is_not_asked_for_piece_by_piece(definitions):
    with dg.DagsterInstance.ephemeral() as instance:
        cursor = dg.evaluate_automation_conditions(definitions, instance).cursor
        say(instance, landed("dfe__statistical_neighbours"))
        found, _ = asked(definitions, instance, cursor)
        assert not {each for each in found if not each.startswith("inputs/")}
