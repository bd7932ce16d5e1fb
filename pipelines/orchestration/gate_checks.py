"""Great Expectations outcomes as Dagster asset checks: blocking where the gate blocks, with the failing keys."""

from collections.abc import Iterable, Iterator

import dagster as dg

from expectations.suites import checks
from pipelines.releases.checks import Check


def specs(stages: Iterable[str], asset: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of some gates, on one asset."""
    return [
        dg.AssetCheckSpec(name=check.check_id, asset=asset, description=check.title, blocking=check.is_blocking)
        for stage in stages
        for check in checks(stage)  # type: ignore[arg-type]
    ]


def results(recorded: Iterable[Check], asset: dg.AssetKey, expected: set[str]) -> Iterator[dg.AssetCheckResult]:
    """What the gates found. A check that could not be reached, because one before it failed, is a failure too."""
    reached = {check.check_id: check for check in recorded}
    for check_id in sorted(expected):
        check = reached.get(check_id)
        if check is None:
            yield dg.AssetCheckResult(
                passed=False, asset_key=asset, check_name=check_id, severity=dg.AssetCheckSeverity.WARN,
                description="not reached: a check before it failed",
            )  # fmt: skip
            continue
        yield dg.AssetCheckResult(
            passed=check.outcome == "pass",
            asset_key=asset,
            check_name=check_id,
            severity=dg.AssetCheckSeverity.ERROR if check.is_blocking else dg.AssetCheckSeverity.WARN,
            description=check.about,
            metadata={"failing_rows": check.failing_rows, "failing_keys": "; ".join(check.failing_keys) or "none"},
        )
