"""The graph of an instance that lasts says of which columns each column of a model is made."""

import shutil
from collections import Counter

import dagster as dg
import pytest

from pipelines.warehouse import column_lineage as module
from pipelines.warehouse.manifest import manifest

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def lineages(definitions, small, tmp_path_factory):
    """Asset -> column -> where it comes from, as the last materializations of every dbt model say it."""
    warehouse = tmp_path_factory.mktemp("lineage") / "warehouse"
    shutil.copytree(small.warehouse, warehouse)
    folders = {"landing": str(small.landing), "warehouse": str(warehouse)}
    graph = definitions.resolve_asset_graph()
    models = [key for key in graph.get_all_asset_keys() if key.path[0] == "warehouse"]
    found = {}
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as instance:
        result = definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            asset_selection=models,
            run_config={"resources": {"workspace": {"config": folders}}},
        )
        assert result.success
        for key in models:
            metadata = instance.get_latest_materialization_event(key).asset_materialization.metadata
            said = metadata.get("dagster/column_lineage")
            found[key] = said.value.deps_by_column if said else None
            shown = metadata["columns_come_from"].records if said else []
            assert len(shown) == sum(len(sources) for sources in (found[key] or {}).values())
    return found


def test_every_sql_model_says_where_each_of_its_columns_comes_from(lineages):
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "model":
            said = lineages[dg.AssetKey(["warehouse", node["name"]])]
            if node["language"] == "python":
                assert said is None
            else:
                assert set(said) == set(node["columns"]), node["name"]


def test_it_names_columns_that_are_there_of_assets_that_the_model_depends_on(lineages, definitions):
    graph = definitions.resolve_asset_graph()
    columns = {dg.AssetKey(["warehouse", n["name"]]): set(n["columns"]) for n in manifest()["nodes"].values()}
    met = Counter()
    for key, said in lineages.items():
        for source in (each for sources in (said or {}).values() for each in sources):
            assert source.asset_key in graph.get(key).parent_keys
            assert source.column_name in columns.get(source.asset_key, {source.column_name})
            met[source.asset_key.path[0]] += 1
    assert set(met) == {"inputs", "warehouse"}


def test_a_rate_is_followed_to_what_was_landed(lineages):
    def origins(key, column):
        for source in (lineages.get(key) or {}).get(column, ()):
            if source.asset_key.path[0] == "inputs":
                yield source.asset_key.path[-1], source.column_name
            yield from origins(source.asset_key, source.column_name)

    assert ("observations", "value") in set(origins(dg.AssetKey(["warehouse", "observations"]), "value"))


def test_what_was_read_once_is_not_read_again_and_what_was_spoilt_is(small, tmp_path, monkeypatch):
    first = module.column_lineage(small.warehouse)
    monkeypatch.setattr(module, "lineage_of", lambda *_: pytest.fail("it was read again"))
    assert module.column_lineage(small.warehouse) == first
    monkeypatch.undo()
    monkeypatch.setattr(module, "prepare", lambda: tmp_path)
    read = []
    monkeypatch.setattr(module, "lineage_of", lambda sql, _: read.append(sql) or {"x": []})
    (tmp_path / module.KEPT).write_text("{")
    module.column_lineage(small.warehouse)
    assert len(read) == len(set(read)) == len(first)
