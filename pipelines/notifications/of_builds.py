"""Events of builds: what is told of one that is done, failed, waits for approval, or refused deliveries."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pipelines.notifications.event import Event
from pipelines.outcome import Outcome
from pipelines.releases.checks import Check

if TYPE_CHECKING:
    from pipelines.job import BuildResult

NAMED = 10


def events_of(result: "BuildResult", stopped: Sequence[str]) -> Iterator[Event]:
    """What is told of a build that this process ran: refused files, then how it ended."""
    if (of_files := refused(result.outcomes)) is not None:
        yield of_files
    if result.failures:
        yield failed(result.checks, stopped)
    elif result.waiting is not None:
        yield waits(result.waiting.release_id, result.waiting.checks, result.waiting.warnings)
    elif result.is_new and result.release_id is not None:
        yield done(result.release_id, result.checks)


def done(release_id: str, checks: Sequence[Check]) -> Event:
    """A new release is current."""
    warnings = sum(check.outcome == "warn" for check in checks)
    return Event("build_done", f"Release {release_id} is published", {"release": release_id, "warnings": warnings})


def failed(checks: Iterable[Check], steps: Sequence[str]) -> Event:
    """A build stopped; `steps` name what stopped and the sort of error, for want of a blocking check that says it."""
    blocked = [check for check in checks if check.is_blocking and check.outcome == "fail"]
    facts: dict[str, str | int] = {check.check_id: f"{check.failing_rows} failing" for check in blocked[:NAMED]}
    if not blocked:
        facts |= {f"step_{number}": step for number, step in enumerate(steps[:NAMED], 1)}
    return Event(
        "build_failed",
        f"The build failed: {len(blocked)} blocking checks" if blocked else "The build failed",
        facts,
        "What was current stands. The report of the build, or `dovetail build` again, names the rows.",
    )


def waits(release_id: str, checks: int, warnings: int) -> Event:
    """A build waits for a person."""
    return Event(
        "approval_waiting",
        f"Release {release_id} is built and waits for approval",
        {"release": release_id, "checks": checks, "warnings": warnings},
        "dovetail releases approve --by NAME --reason TEXT, or the job `publish`",
    )


def refused(outcomes: Iterable[Outcome]) -> Event | None:
    """Files that were refused, each with the rule that refused it; None where none was."""
    found = [outcome for outcome in outcomes if outcome.verdict == "refused"]
    if not found:
        return None
    facts: dict[str, str | int] = {}
    for outcome in found[:NAMED]:
        rules = Counter(outcome.set_aside["rule"].to_list())
        facts[outcome.path.name] = ", ".join(f"{rule} {count}" for rule, count in sorted(rules.items())) or "refused"
    if len(found) > NAMED:
        facts["and_more"] = len(found) - NAMED
    return Event(
        "deliveries_refused",
        f"{len(found)} delivered files could not be loaded",
        facts,
        "The report's page of deliveries gives sheet, row, column and reason; `dovetail check FILE` does too.",
    )
