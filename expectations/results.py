"""What a check found, in the form that gates, releases and reports hand on."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["landing", "attribution", "release"]
Outcome = Literal["pass", "fail", "warn"]


@dataclass(frozen=True)
class CheckResult:
    """One check on one build. `outcome` is fail only for a blocking check: no release while one stands."""

    check_id: str
    stage: Stage
    title: str
    is_blocking: bool
    outcome: Outcome
    failing_rows: int
    failing_keys: tuple[str, ...]
    about: str
