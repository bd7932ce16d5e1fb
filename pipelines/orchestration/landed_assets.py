"""One asset a dataset: its landed rows, by reporting period. Deliveries fill it; run by itself it is judged again.

A backfill of any range of periods judges the kept originals that cover them with today's catalogue and registers.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.orchestration.keys import DATA_TEAM, delivered, landed
from pipelines.orchestration.partitions import Windows, days_of, windows
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset
from sources.shapes import schema


def build_landed_assets(catalogue: Catalogue) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The landed assets of every dataset that is loaded."""
    made: list[dg.AssetsDefinition | dg.AssetSpec] = []
    for dataset in catalogue.datasets.values():
        if dataset.shape == "none":
            continue
        of = windows(dataset, catalogue)
        # A register has no periods to choose from: a new delivery, or `dovetail load`, is the way to judge it again.
        made.append(_spec(dataset) if of is None else _by_period(dataset, of, catalogue))
    return made


def _spec(dataset: Dataset, of: Windows | None = None) -> dg.AssetSpec:
    columns = [dg.TableColumn(name, str(kind)) for name, kind in schema(dataset.shape).items()]
    return dg.AssetSpec(
        landed(dataset.id),
        deps=[delivered(dataset.id)],
        group_name="registers" if of is None else "landed",
        owners=[DATA_TEAM],
        description=f"Landed rows ({dataset.shape.replace('_', ' ')}) of: {dataset.title}. {dataset.origin.publisher}.",
        kinds={"parquet"},
        partitions_def=of.definition() if of else None,
        metadata={"shape": dataset.shape, "dagster/column_schema": dg.TableSchema(columns=columns)},
    )


def _by_period(dataset: Dataset, of: Windows, catalogue: Catalogue) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"judge_again__{dataset.id}",
        specs=[_spec(dataset, of)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def judge_periods_again(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> Iterator[dg.MaterializeResult]:
        from pipelines.backfill import judge_again

        outcomes = judge_again(
            workspace.open(), catalogue, dataset.id, days_of(context.partition_keys, of), progress=tell
        )
        changed = [outcome for outcome in outcomes if outcome.delivery_id]
        for outcome in outcomes:
            context.log.info(f"{outcome.first_delivery_id}: {outcome.reason}")
        yield dg.MaterializeResult(
            asset_key=landed(dataset.id),
            metadata={
                "originals_judged": len(outcomes),
                "deliveries": ", ".join(str(outcome.delivery_id) for outcome in changed) or "none",
                "dagster/row_count": sum(outcome.rows for outcome in changed),
            },
        )

    return judge_periods_again
