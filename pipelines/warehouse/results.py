"""What became of a dbt node, whoever ran it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node.

    Attributes:
        unique_id: dbt's name of the node.
        status: success, pass, warn, fail, error or skipped; kept for a model that did not have to be made again.
        message: dbt's words; null where it has none.
        execution_time: Seconds; nought for what was kept.
        rows: Rows that fail, for a test; null for a dbt model.
        failing_keys: The first of those rows, each as `column=value, ...`.
    """

    unique_id: str
    status: str
    message: str | None
    execution_time: float
    rows: int | None = None
    failing_keys: tuple[str, ...] = ()

    @property
    def is_failure(self) -> bool:
        """Whether the build must stop for it; a warning does not stop it."""
        return self.status in ("fail", "error", "skipped")
