"""Lateness and freshness as checks on what was delivered: each dataset with a calendar, service by service.

They warn and stop nothing: what to ask for is for a person to see to, and a release says itself what is missing.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from pipelines.orchestration.keys import delivered
from pipelines.orchestration.workspace_resource import WorkspaceReader
from sources.catalogue import Catalogue

IN_TIME, UP_TO_DATE = "returns_in_time", "returns_up_to_date"
NAMED = 50
"""Services named in a check; `dovetail status --missing` lists them all."""


def build_return_checks(catalogue: Catalogue) -> dg.AssetChecksDefinition:
    """Two checks for each dataset with a calendar."""
    specs = {
        (dataset.id, name): dg.AssetCheckSpec(
            name,
            asset=delivered(dataset.id),
            description=f"{about} {dataset.calendar.citation}"
            f"{'' if dataset.calendar.verified else ' [unverified]'}. To ask: {dataset.calendar.chase or 'not named'}",
        )
        for dataset in catalogue.datasets.values()
        if dataset.calendar is not None and dataset.shape == "observations"
        for name, about in (
            (IN_TIME, "No return is missing or refused past its last day."),
            (UP_TO_DATE, "Nobody's newest return is older than the newest period that is past its last day."),
        )
    }

    @dg.multi_asset_check(name="look_at_returns", specs=list(specs.values()), can_subset=True)
    def look_at_returns(
        context: dg.AssetCheckExecutionContext, reading: WorkspaceReader
    ) -> Iterator[dg.AssetCheckResult]:
        from pipelines.steps import look_at_returns as standing

        asked = {spec.asset_key.path[-1] for spec in specs.values() if spec.key in context.selected_asset_check_keys}
        found = standing(reading.open(), catalogue, sorted(asked))
        for (source_id, name), spec in specs.items():
            if spec.key in context.selected_asset_check_keys:
                of_dataset = found[source_id]
                yield _result(spec, of_dataset.overdue if name == IN_TIME else of_dataset.behind, of_dataset.expected)

    return look_at_returns


def _result(spec: dg.AssetCheckSpec, rows: list[dict[str, Any]], expected: int) -> dg.AssetCheckResult:
    names = sorted({str(row["area_name"] or row["area_code"]) for row in rows})
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    by_period: dict[str, int] = {}
    for row in rows:
        label = str(row["period_label"] or f"{row['period_start']} to {row['period_end']}")
        by_period[label] = by_period.get(label, 0) + 1
    return dg.AssetCheckResult(
        passed=not rows,
        asset_key=spec.asset_key,
        check_name=spec.name,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "returns_expected": expected,
            "returns": len(rows),
            "from": ", ".join(names[:NAMED]) + more or "none",
            "by_period": by_period or {"none": 0},
        },
    )
