"""The outcome of a check as a release records it. The checks themselves are run elsewhere."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

Tool = Literal["dbt", "great_expectations", "reader", "disclosure"]
Stage = Literal["landing", "warehouse", "attribution", "release"]
Outcome = Literal["pass", "fail", "warn"]


@dataclass(frozen=True)
class Check:
    """One check and how it came out.

    Attributes:
        check_id: its name, `<area>_<what>`, unique within its tool.
        tool: what ran it.
        stage: the boundary it guards.
        title: what it asks, in plain words.
        is_blocking: whether a release waits for it to pass.
        outcome: pass, fail or warn.
        failing_rows: how many rows break it.
        failing_keys: some of them, as a person would look them up.
        about: what it is about and what to do when it fails.
    """

    check_id: str
    tool: Tool
    stage: Stage
    title: str
    is_blocking: bool
    outcome: Outcome
    failing_rows: int = 0
    failing_keys: Sequence[str] = ()
    about: str = ""

    def row(self) -> dict[str, object]:
        """The check as a row of check_results and of checks.json; the keys are one text."""
        return asdict(self) | {"failing_keys": self.keys_in_words()}

    def keys_in_words(self) -> str | None:
        """The failing keys in one text, or None when there are none."""
        keys = [self.failing_keys] if isinstance(self.failing_keys, str) else list(self.failing_keys)
        return "; ".join(keys) or None


class ReleaseRefused(Exception):
    """A blocking check failed, so nothing is released.

    Attributes:
        failed: the blocking checks that failed.
    """

    def __init__(self, release_id: str, failed: Sequence[Check]) -> None:
        self.failed = tuple(failed)
        lines = [f"Release {release_id} is refused: {_counted(len(failed))} failed. What was current stays current."]
        for check in failed:
            rows = f" ({check.failing_rows} rows)" if check.failing_rows else ""
            keys = check.keys_in_words()
            lines.append(f"  {check.check_id}: {check.title}{rows}{': ' + keys if keys else ''}")
        super().__init__("\n".join(lines))


def refuse_if_blocked(release_id: str, checks: Sequence[Check]) -> None:
    """Let a release through when no blocking check failed.

    Raises:
        ReleaseRefused: one did.
        ValueError: two checks of one tool carry one name, or an outcome is none of pass, fail and warn.
    """
    seen: set[tuple[str, str]] = set()
    for check in checks:
        if (check.tool, check.check_id) in seen:
            raise ValueError(f"{check.check_id}: two outcomes of {check.tool} carry this name; a check has one.")
        seen.add((check.tool, check.check_id))
        if check.outcome not in ("pass", "fail", "warn"):
            raise ValueError(f"{check.check_id}: {check.outcome!r} is not an outcome (pass, fail, warn).")
    if failed := [check for check in checks if check.is_blocking and check.outcome == "fail"]:
        raise ReleaseRefused(release_id, failed)


def in_order(checks: Sequence[Check]) -> list[Check]:
    """Checks in the order in which every file of a release lists them."""
    return sorted(checks, key=lambda check: (check.stage, check.tool, check.check_id))


def _counted(checks: int) -> str:
    return "1 blocking check" if checks == 1 else f"{checks} blocking checks"
