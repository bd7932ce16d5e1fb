"""dbt models and tests as specifications of assets and checks, read from the parsed project.

dagster-dbt would make the same from the same manifest; it loads dbt itself for that, which alone takes longer than all
of these definitions may. A test holds the number of checks to the number of tests.
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from pipelines.orchestration.automation import when_changed
from pipelines.orchestration.keys import ANALYSTS, DATA_TEAM, modelled, read_by_dbt

Node = Mapping[str, Any]
ANALYSED = ("statistics", "comparisons")
"""Folders of dbt_project/models whose models an analyst answers for."""


def assets_of(manifest: Mapping[str, Any]) -> dict[str, dg.AssetSpec]:
    """An asset for every dbt model, by dbt's own name of the node."""
    return {
        unique_id: _asset(node, manifest)
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }


def checks_of(manifest: Mapping[str, Any]) -> dict[str, dg.AssetCheckSpec]:
    """A check for every dbt test, by dbt's own name of the node, on the model it is written beside or reads last."""
    depth = _depths(manifest)
    return {
        unique_id: dg.AssetCheckSpec(
            name=node["name"],
            asset=key_of(_tested(node, depth), manifest),
            description=node.get("description") or node["name"].replace("_", " "),
            blocking=node["config"].get("severity", "error").lower() == "error",
            metadata={"dbt_test": node["original_file_path"]},
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
    }


def key_of(unique_id: str, manifest: Mapping[str, Any]) -> dg.AssetKey:
    """The asset of a dbt model or source."""
    if unique_id in manifest["sources"]:
        return read_by_dbt(manifest["sources"][unique_id]["name"])
    return modelled(manifest["nodes"][unique_id]["name"])


def keys_by_name(manifest: Mapping[str, Any]) -> dict[str, dg.AssetKey]:
    """The asset of each table, or pattern of files, as compiled SQL names it."""
    files = {node["relation_name"].strip("'"): read_by_dbt(node["name"]) for node in manifest["sources"].values()}
    models = (node for node in manifest["nodes"].values() if node["resource_type"] == "model")
    return files | {node["name"]: modelled(node["name"]) for node in models}


def public_tables(manifest: Mapping[str, Any]) -> list[dg.AssetKey]:
    """The dbt models that a release publishes."""
    return [
        modelled(node["name"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]


def _asset(node: Node, manifest: Mapping[str, Any]) -> dg.AssetSpec:
    layer, folder = node["fqn"][1], node["fqn"][2] if len(node["fqn"]) > 3 else None
    language = "python" if node["language"] == "python" else "sql"
    return dg.AssetSpec(
        modelled(node["name"]),
        deps=sorted({key_of(parent, manifest) for parent in node["depends_on"]["nodes"]}, key=str),
        description=node["description"],
        group_name=_group(layer, folder),
        owners=[ANALYSTS if folder in ANALYSED else DATA_TEAM],
        kinds={"dbt", "duckdb", *([language] if language == "python" else [])},
        tags={"dovetail/layer": layer, "dovetail/materialized": node["config"]["materialized"]},
        code_version=node["checksum"]["checksum"][:16],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                columns=[
                    dg.TableColumn(
                        column["name"],
                        column["data_type"] or "?",
                        description=column["description"] or None,
                        constraints=dg.TableColumnConstraints(
                            nullable=not any(each["type"] == "not_null" for each in column["constraints"])
                        ),
                    )
                    for column in node["columns"].values()
                ]
            ),
            "dagster/relation_identifier": f"{node['schema']}.{node['name']}",
            "dbt_model": node["original_file_path"],
        },
        automation_condition=when_changed(),
    )


def _group(layer: str, folder: str | None) -> str:
    """The folder, which says what a model is about; public tables say of which kind they are."""
    if layer == "marts":
        return f"public_{folder}" if folder else "public_tables"
    return str(layer if layer == "staging" else folder or layer)


def _tested(test: Node, depth: Mapping[str, int]) -> str:
    """The model a test is about: the one it is written beside, else of those it reads the one furthest downstream."""
    if test.get("attached_node"):
        return str(test["attached_node"])
    return max(test["depends_on"]["nodes"], key=lambda each: (depth.get(each, 0), each))


def _depths(manifest: Mapping[str, Any]) -> dict[str, int]:
    """How many steps each model lies from the sources, along the longest way."""
    parents = {
        unique_id: node["depends_on"]["nodes"]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
    }
    found: dict[str, int] = {}

    def of(unique_id: str) -> int:
        if unique_id not in found:
            found[unique_id] = 1 + max((of(parent) for parent in parents.get(unique_id, ())), default=0)
        return found[unique_id]

    for unique_id in parents:
        of(unique_id)
    return found
