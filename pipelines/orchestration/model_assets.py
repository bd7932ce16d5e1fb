"""The dbt models and the two gates after them, each in one step."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from pipelines.orchestration import gate_checks
from pipelines.orchestration.automation import when_changed
from pipelines.orchestration.dbt_specs import assets_of, checks_of, keys_by_name, public_tables
from pipelines.orchestration.keys import ATTRIBUTION_GATE, DATA_TEAM, RELEASE_GATE
from pipelines.orchestration.retrying import retrying
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell

Results = Iterator[dg.MaterializeResult | dg.AssetCheckResult]


def build_model_assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """Every dbt model and test. Which of the models are made anew is decided where they are built, by their inputs."""
    assets, checks, keys = assets_of(manifest), checks_of(manifest), keys_by_name(manifest)

    @dg.multi_asset(name="dbt_models", specs=list(assets.values()), check_specs=list(checks.values()), can_subset=True)
    def dbt_models(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Results:
        from pipelines.steps import build_models
        from pipelines.warehouse.column_lineage import column_lineage
        from pipelines.warehouse.row_counts import row_counts

        tell("dbt")
        opened = workspace.open()
        with retrying(context):
            nodes = build_models(opened, tell)
        counts = row_counts(opened.warehouse)
        # Nobody looks at the graph of an instance that ends with the build, as that of `dovetail build` does.
        lineages = {} if context.instance.is_ephemeral else column_lineage(opened.warehouse)
        for node in nodes:
            asset, check = assets.get(node.unique_id), checks.get(node.unique_id)
            if asset and asset.key in context.selected_asset_keys and not node.is_failure:
                yield dg.MaterializeResult(
                    asset_key=asset.key,
                    metadata=_metadata(node, counts.get(asset.key.path[-1]))
                    | _lineage(lineages.get(node.unique_id), keys),
                )
            if check and check.key in context.selected_asset_check_keys:
                yield _outcome(node, check)
        failed = [node for node in nodes if node.is_failure]
        if failed:
            raise dg.Failure(
                f"{len(failed)} dbt nodes did not succeed, the first: {failed[0].unique_id}: {failed[0].message}",
                allow_retries=False,
            )

    return dbt_models


def build_gates(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    """The attribution gate and the release gate."""
    of_attribution = gate_checks.specs(["attribution"], ATTRIBUTION_GATE)
    of_release = gate_checks.specs(["release"], RELEASE_GATE)
    about = {
        ATTRIBUTION_GATE: "Balance, exclusivity and statuses of what was attributed",
        RELEASE_GATE: "Rates within their parts, thresholds kept, drift against the release before",
    }

    @dg.multi_asset(
        name="examine",
        specs=[
            dg.AssetSpec(
                key,
                deps=public_tables(manifest),
                group_name="gates",
                owners=[DATA_TEAM],
                kinds={"greatexpectations"},
                description=description,
                automation_condition=when_changed(),
            )
            for key, description in about.items()
        ],
        check_specs=[*of_attribution, *of_release],
        can_subset=True,
    )
    def examine(context: dg.AssetExecutionContext, workspace: WorkspaceResource) -> Results:
        from pipelines.steps import attribution_gate, release_gate

        opened = workspace.open()
        tell("attribution and release gates")
        # Both run whatever is asked for: a release lists every check.
        found = {ATTRIBUTION_GATE: attribution_gate(opened), RELEASE_GATE: release_gate(opened)}
        for key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata={"checks": len(found[key])})
        for key, expected in ((ATTRIBUTION_GATE, of_attribution), (RELEASE_GATE, of_release)):
            yield from gate_checks.results(found[key], expected, context.selected_asset_check_keys)

    return examine


def _metadata(node: Any, rows: int | None) -> dict[str, Any]:
    metadata = {"seconds": node.execution_time, "rebuilt": node.status != "kept"}
    return metadata if rows is None else metadata | {"dagster/row_count": rows}


def _lineage(columns: Mapping[str, list[tuple[str, str]]] | None, keys: Mapping[str, dg.AssetKey]) -> dict[str, Any]:
    """Where a model's columns come from, in Dagster's form and, as its open web UI does not draw that, as a table.

    A Python model says nothing of it.
    """
    if columns is None:
        return {}
    origins = [(column, keys[table], source) for column, sources in columns.items() for table, source in sources]
    return {
        "dagster/column_lineage": dg.TableColumnLineage(
            {
                column: [dg.TableColumnDep(key, source) for of, key, source in origins if of == column]
                for column in columns
            }
        ),
        "columns_come_from": dg.MetadataValue.table(
            [
                dg.TableRecord({"column": column, "comes_from": "/".join(key.path), "its_column": source})
                for column, key, source in origins
            ],
            dg.TableSchema([dg.TableColumn(name) for name in ("column", "comes_from", "its_column")]),
        ),
    }


def _outcome(node: Any, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=node.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if node.status == "warn" else dg.AssetCheckSeverity.ERROR,
        asset_key=check.asset_key,
        check_name=check.name,
        metadata={
            "message": node.message or "",
            "failing_rows": node.rows or 0,
            "failing_keys": "; ".join(node.failing_keys) or "none",
        },
    )
