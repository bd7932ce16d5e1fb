"""Assets between landed rows and release: the inputs with the landing gate, the dbt models, the two later gates."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_asset_check_key_for_test

from pipelines.orchestration import gate_checks
from pipelines.orchestration.keys import GATES, INPUTS, landed
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from pipelines.warehouse.manifest import manifest
from sources.catalogue import load_catalogue

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


class Translator(DagsterDbtTranslator):
    """dbt nodes as assets `warehouse/<name>`; every dbt source is the one asset of the build's inputs."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """The asset of a dbt node."""
        if dbt_resource_props["resource_type"] == "source":
            return INPUTS
        return dg.AssetKey(["warehouse", dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """Staging, intermediate or public: the node's own folder."""
        layer = dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 2 else "marts"
        return "public_tables" if layer == "marts" else str(layer)


def build_warehouse_assets() -> list[dg.AssetsDefinition]:
    """Inputs, dbt models and gates."""
    catalogue = load_catalogue()
    landing_specs = gate_checks.specs(["landing"], INPUTS)
    later_specs = gate_checks.specs(["attribution", "release"], GATES)
    dbt_manifest = manifest()
    translator = Translator(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    @dg.asset(
        key=INPUTS,
        deps=[landed(source_id) for source_id in catalogue.datasets],
        check_specs=landing_specs,
        group_name="inputs",
        kinds={"parquet", "greatexpectations"},
        description="What dbt reads: landed rows that passed the landing gate, the catalogue, the ledger, the settings",
    )
    def inputs(workspace: WorkspaceResource) -> Results:
        from pipelines.steps import landing_gate, prepare

        opened = workspace.open()
        tell("writing the catalogue and the ledger for the build")
        release_id = prepare(opened, catalogue)
        yield dg.MaterializeResult(asset_key=INPUTS, metadata={"release_id": release_id})
        tell("landing gate")
        yield from gate_checks.results(landing_gate(opened), INPUTS, {spec.name for spec in landing_specs})

    @dbt_assets(manifest=dbt_manifest, dagster_dbt_translator=translator, name="dbt_models")
    def dbt_models(workspace: WorkspaceResource) -> Results:
        from pipelines.steps import build_models

        tell("dbt")
        nodes = build_models(workspace.open(), tell)
        yield from _dbt_results(nodes, dbt_manifest, translator)
        failed = [node for node in nodes if node.is_failure]
        if failed:
            raise dg.Failure(
                f"{len(failed)} dbt nodes did not succeed, the first: {failed[0].unique_id}: {failed[0].message}"
            )

    public_tables = [
        translator.get_asset_key(node)
        for node in dbt_manifest["nodes"].values()
        if node["resource_type"] == "model" and node["fqn"][1] == "marts"
    ]

    @dg.asset(
        key=GATES,
        deps=public_tables,
        check_specs=later_specs,
        group_name="gates",
        kinds={"greatexpectations"},
        description="The attribution gate (balance, exclusivity, statuses) and the release gate (rates, drift)",
    )
    def gates(workspace: WorkspaceResource) -> Results:
        from pipelines.steps import attribution_gate, release_gate

        opened = workspace.open()
        tell("attribution and release gates")
        found = [*attribution_gate(opened), *release_gate(opened)]
        yield dg.MaterializeResult(asset_key=GATES, metadata={"checks": len(found)})
        yield from gate_checks.results(found, GATES, {spec.name for spec in later_specs})

    return [inputs, dbt_models, gates]


def _dbt_results(nodes: list[Any], dbt_manifest: Mapping[str, Any], translator: Translator) -> Results:
    for node in nodes:
        resource = dbt_manifest["nodes"].get(node.unique_id)
        if resource is None:
            continue
        if resource["resource_type"] == "model" and node.status in ("success", "kept"):
            yield dg.MaterializeResult(
                asset_key=translator.get_asset_key(resource),
                metadata={"seconds": node.execution_time, "rebuilt": node.status == "success"},
            )
        if resource["resource_type"] == "test":
            key = get_asset_check_key_for_test(dbt_manifest, translator, node.unique_id, project=None)
            if key is not None:
                yield dg.AssetCheckResult(
                    passed=node.status == "pass",
                    severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
                    asset_key=key.asset_key,
                    check_name=key.name,
                    metadata={"message": node.message or "", "failing_keys": "; ".join(node.failing_keys) or "none"},
                )
