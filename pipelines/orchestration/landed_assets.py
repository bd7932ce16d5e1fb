"""One asset a dataset: its landed rows. All are made in one step, because a file is recognised before it is known."""

from collections.abc import Iterator

import dagster as dg

from pipelines.orchestration.keys import landed
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from sources.catalogue import load_catalogue


def build_landed_assets() -> dg.AssetsDefinition:
    """The landed assets of every dataset in the catalogue."""
    catalogue = load_catalogue()
    specs = [
        dg.AssetSpec(
            landed(dataset.id),
            group_name="registers" if dataset.shape != "observations" else "landed",
            description=f"{dataset.title}. {dataset.origin.publisher}. {dataset.note or ''}".strip(),
            kinds={"parquet", "polars"},
            metadata={"publisher": dataset.origin.publisher, "licence": dataset.origin.licence,
                      "shape": dataset.shape, "found_at": dataset.origin.found_at},
        )
        for dataset in catalogue.datasets.values()
    ]  # fmt: skip

    @dg.multi_asset(specs=specs, can_subset=True, name="receive_deliveries")
    def receive_deliveries(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> Iterator[dg.MaterializeResult]:
        """Recognise, judge and land every new file of the landing folder."""
        from pipelines.steps import receive_new

        selected = {key.path[-1] for key in context.selected_asset_keys}
        only = None if len(selected) == len(specs) else selected
        outcomes = receive_new(workspace.open(), catalogue, only, tell)
        for source_id in sorted(selected):
            mine = [o for o in outcomes if o.source_id == source_id and o.verdict != "unchanged"]
            yield dg.MaterializeResult(
                asset_key=landed(source_id),
                metadata={
                    "new_deliveries": len(mine),
                    "dagster/row_count": sum(o.rows_landed for o in mine),
                    "cells_in": sum(o.cells_in for o in mine),
                    "cells_landed": sum(o.cells_landed for o in mine),
                    "cells_quarantined": sum(o.cells_quarantined for o in mine),
                    "cells_out_of_scope": sum(o.cells_out_of_scope for o in mine),
                },
            )

    return receive_deliveries
