"""What dbt reads, one asset a table: landed rows that passed the landing gate, the ledger, the catalogue, settings."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from pipelines.orchestration import gate_checks
from pipelines.orchestration.automation import when_landed
from pipelines.orchestration.keys import DATA_TEAM, INPUTS, delivered, landed, read_by_dbt
from pipelines.orchestration.retrying import retrying
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]

GATED = read_by_dbt("observations")
"""The landing gate looks at landed rows, so its checks stand here; what they block is everything after the step."""
OF_ALL_DELIVERIES = ("deliveries", "expected_deliveries", "quarantined_rows", "delivery_warnings")
OF_SHAPE = {"decisions": "decisions"}
"""Tables of the ledger that are made of one landed shape."""


def build_input_assets(catalogue: Catalogue, manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The inputs of dbt with the landing gate."""
    tables = {node["name"]: node for node in manifest["sources"].values()}
    check_specs = gate_checks.specs(["landing"], GATED)

    @dg.multi_asset(
        name="write_inputs",
        specs=[_spec(node, catalogue) for node in tables.values()],
        check_specs=check_specs,
        can_subset=True,
    )
    def write_inputs(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Results:
        from pipelines.steps import landing_gate, prepare

        opened = workspace.open()
        tell("writing the catalogue and the ledger for the build")
        with retrying(context):
            release_id = prepare(opened, catalogue)
        for key in sorted(context.selected_asset_keys, key=str):
            node = tables[key.path[-1]]
            version = dg.DataVersion(_version(opened, node["source_name"], node["name"]))
            yield dg.MaterializeResult(asset_key=key, data_version=version, metadata={"release_id": release_id})
        tell("landing gate")
        yield from gate_checks.results(landing_gate(opened), check_specs, context.selected_asset_check_keys)

    return write_inputs


def _version(workspace: Workspace, folder: str, table: str) -> str:
    from pipelines.landing.versions import files_version, frame_version, landed_version
    from pipelines.releases.store import ReleaseStore

    if folder == "landed":
        return landed_version(workspace.landed, table)
    place = workspace.warehouse / folder / table
    if not place.is_dir():
        return frame_version(place.with_suffix(".parquet"))
    release = ReleaseStore(workspace.warehouse).current()
    published = {release.path / path: sha256 for path, sha256 in release.manifest["files"].items()} if release else {}
    return files_version(place, published)


def _spec(node: Mapping[str, Any], catalogue: Catalogue) -> dg.AssetSpec:
    table, folder = node["name"], node["source_name"]
    is_of_shape = {"landed": table, "ledger": OF_SHAPE.get(table)}.get(folder)
    datasets = catalogue.datasets.values()
    deps = [landed(dataset.id) for dataset in datasets if dataset.shape == is_of_shape]
    if table == "topic_indicators":
        deps += [landed(dataset.id) for dataset in datasets if dataset.layout == "tidy" and dataset.shape != "none"]
    if table in OF_ALL_DELIVERIES:
        deps += [delivered(dataset.id) for dataset in datasets]
    return dg.AssetSpec(
        read_by_dbt(table),
        deps=deps,
        group_name=INPUTS,
        owners=[DATA_TEAM],
        description=node["description"],
        kinds={"parquet", "greatexpectations"} if read_by_dbt(table) == GATED else {"parquet"},
        metadata={"folder": folder},
        automation_condition=when_landed() if deps else None,
    )
