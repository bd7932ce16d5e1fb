"""Great Expectations outcomes as Dagster asset checks: blocking where the gate blocks, with the failing keys."""

from collections.abc import Iterable, Iterator, Sequence, Set

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


def results(
    recorded: Iterable[Check], expected: Sequence[dg.AssetCheckSpec], selected: Set[dg.AssetCheckKey]
) -> Iterator[dg.AssetCheckResult]:
    """What the gates found. A check that could not be reached, because one before it failed, is a failure too.

    A run that leaves a check out still stops where it fails and blocks.

    Raises:
        dagster.Failure: a blocking check failed that the run does not show.
    """
    reached = {check.check_id: check for check in recorded}
    unseen = []
    for spec in sorted(expected, key=lambda each: each.name):
        check = reached.get(spec.name)
        if spec.key not in selected:
            if check is not None and check.is_blocking and check.outcome == "fail":
                unseen.append(check.check_id)
        elif check is None:
            yield dg.AssetCheckResult(
                passed=False, asset_key=spec.asset_key, check_name=spec.name, severity=dg.AssetCheckSeverity.WARN,
                description="not reached: a check before it failed",
            )  # fmt: skip
        else:
            yield dg.AssetCheckResult(
                passed=check.outcome == "pass",
                asset_key=spec.asset_key,
                check_name=spec.name,
                severity=dg.AssetCheckSeverity.ERROR if check.is_blocking else dg.AssetCheckSeverity.WARN,
                description=check.about,
                metadata={"failing_rows": check.failing_rows, "failing_keys": "; ".join(check.failing_keys) or "none"},
            )
    if unseen:
        raise dg.Failure(f"blocking checks failed: {', '.join(unseen)}", allow_retries=False)
