"""One asset a dataset: what came in of it. All are made in one step, because a file is recognised before it is known.

The step lands rows too, and says so for each reporting period it touched (`landed/…`).
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from pipelines.orchestration.keys import DATA_TEAM, delivered, landed
from pipelines.orchestration.partitions import Windows, windows
from pipelines.orchestration.retrying import retrying
from pipelines.orchestration.workspace_resource import WorkspaceResource
from pipelines.progress import tell
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset


def build_delivery_assets(catalogue: Catalogue) -> dg.AssetsDefinition:
    """The delivery assets of every dataset in the catalogue."""
    specs = [_spec(dataset) for dataset in catalogue.datasets.values()]
    of = {dataset.id: windows(dataset, catalogue) for dataset in catalogue.datasets.values()}

    @dg.multi_asset(specs=specs, can_subset=True, name="receive_deliveries")
    def receive_deliveries(
        context: dg.AssetExecutionContext, workspace: WorkspaceResource
    ) -> Iterator[dg.MaterializeResult]:
        """Recognise, judge and land every new file of the landing folder."""
        from pipelines.ledger.store import Ledger
        from pipelines.steps import receive_new

        selected = {key.path[-1] for key in context.selected_asset_keys}
        only = None if len(selected) == len(specs) else selected
        opened = workspace.open()
        with retrying(context):
            outcomes = receive_new(opened, catalogue, only, tell)
        known = Ledger(opened.ledger).fingerprints()
        for outcome in outcomes:
            if outcome.rows_landed and outcome.source_id in of:
                assert outcome.delivery_id is not None
                for event in touched(opened.landed, outcome.source_id, outcome.delivery_id, of[outcome.source_id]):
                    context.log_event(event)
        for source_id in sorted(selected):
            mine = [
                o for o in outcomes if o.source_id == source_id and o.verdict not in ("unchanged", "still_arriving")
            ]
            yield dg.MaterializeResult(
                asset_key=delivered(source_id),
                data_version=dg.DataVersion(known.get(source_id, "none")),
                metadata={
                    "new_deliveries": len(mine),
                    "refused": sum(o.verdict == "refused" for o in mine),
                    "dagster/row_count": sum(o.rows_landed for o in mine),
                    "cells_in": sum(o.cells_in for o in mine),
                    "cells_landed": sum(o.cells_landed for o in mine),
                    "cells_quarantined": sum(o.cells_quarantined for o in mine),
                    "cells_out_of_scope": sum(o.cells_out_of_scope for o in mine),
                },
            )

    return receive_deliveries


def touched(folder: Path, source_id: str, delivery_id: str, of: Windows | None) -> Iterator[dg.AssetMaterialization]:
    """One event for each reporting period of a dataset that a delivery landed rows of; one alone for a register."""
    from pipelines.landing.current import rows_by_period, rows_of

    if of is None:
        rows = rows_of(folder, source_id, delivery_id)
        yield dg.AssetMaterialization(
            landed(source_id), metadata={"delivery": delivery_id, "dagster/row_count": rows}
        )  # fmt: skip
        return
    counts: dict[str, int] = {}
    for period_end, rows in rows_by_period(folder, source_id, delivery_id).items():
        key = of.key_of(period_end)
        counts[key] = counts.get(key, 0) + rows
    for key, rows in sorted(counts.items()):
        yield dg.AssetMaterialization(
            landed(source_id), partition=key, metadata={"delivery": delivery_id, "dagster/row_count": rows}
        )


def _spec(dataset: Dataset) -> dg.AssetSpec:
    calendar = dataset.calendar
    due = None
    if calendar is not None:
        due = f"{calendar.citation}{'' if calendar.verified else ' [unverified]'}"
    return dg.AssetSpec(
        delivered(dataset.id),
        group_name="deliveries",
        owners=[DATA_TEAM],
        description=f"{dataset.title}. {dataset.origin.publisher}. {dataset.note or ''}".strip(),
        kinds={"file", dataset.layout},
        metadata={
            "publisher": dataset.origin.publisher,
            "licence": dataset.origin.licence,
            "shape": dataset.shape,
            "found_at": dataset.origin.found_at,
            "required_columns": ", ".join(dataset.signature.required),
            **({"calendar": due} if due else {}),
        },
    )
