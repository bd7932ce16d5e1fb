"""Examines evidence frames with Great Expectations and says what failed, with its keys.

Knows nothing of what is checked. Great Expectations is imported when a gate runs, never when this module is: it costs
seconds. It works in memory, sends nothing and leaves no file behind.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from expectations.deferred_import import defer
from expectations.evidence import KEYS_SHOWN, Check, Evidence
from expectations.results import CheckResult

if TYPE_CHECKING:
    import duckdb
    import polars as pl

ROW = "evidence_row"


class ExaminationError(RuntimeError):
    """A check that could not be examined, which is not the same as one that passed."""


def examine(
    connection: duckdb.DuckDBPyConnection,
    evidence: Sequence[Evidence],
    collected: Mapping[Evidence, pl.DataFrame] | None = None,
) -> list[CheckResult]:
    """Collect each frame that is not `collected` and examine it; results stand in the order of the checks.

    Raises:
        ExaminationError: naming the check that could not be examined.
    """
    examiner = _Examiner()
    frames = collected or {}
    return [
        result
        for item in evidence
        for result in examiner.results(item, frames[item] if item in frames else item.collect(connection))
    ]


class _Examiner:
    """One ephemeral context of Great Expectations for a gate."""

    def __init__(self) -> None:
        # Said to Great Expectations before its import, for programs that do not start through our command.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        # A quarter of its import is scipy.stats, for statistical tests that no evidence frame is put to.
        defer("scipy", "stats")
        import great_expectations as gx
        from great_expectations.data_context.types.base import (
            DataContextConfig,
            InMemoryStoreBackendDefaults,
            ProgressBarsConfig,
        )

        self._gx = gx
        # By default even an ephemeral context makes a temporary folder, for data docs that nobody asked for.
        stores = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
        settings = DataContextConfig(
            store_backend_defaults=stores, analytics_enabled=False, progress_bars=ProgressBarsConfig(globally=False)
        )
        context = gx.get_context(mode="ephemeral", project_config=settings)
        # One asset serves every frame: each batch is handed its own data, and another asset costs 15 ms.
        asset = context.data_sources.add_pandas("evidence").add_dataframe_asset("frame")
        self._whole_frame = asset.add_batch_definition_whole_dataframe("whole")

    def results(self, evidence: Evidence, frame: pl.DataFrame) -> list[CheckResult]:
        failing = self._failing_rows(evidence.checks, frame)
        return [_result(evidence, check, frame, failing[check.check_id]) for check in evidence.checks]

    def _failing_rows(self, checks: Sequence[Check], frame: pl.DataFrame) -> dict[str, list[int]]:
        """Numbers of the evidence rows that fail each check.

        Whether a check holds costs half of finding which rows fail it, so rows are asked for only where it does not.
        """
        batch = self._batch(checks, frame)
        rows: dict[str, list[int]] = {check.check_id: [] for check in checks}
        held = self._validate(batch, checks, {"result_format": "BOOLEAN_ONLY"})
        broken = [check for check in checks if not held[check.check_id].success]
        if broken:
            wanted = {
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [ROW],
                "return_unexpected_index_query": False,
            }
            for check_id, outcome in self._validate(batch, broken, wanted).items():
                rows[check_id] = sorted(int(entry[ROW]) for entry in outcome.result["unexpected_index_list"])
        return rows

    def _batch(self, checks: Sequence[Check], frame: pl.DataFrame) -> Any:
        """Only the columns that are expected something of, as pandas: the keys stay behind."""
        import polars as pl
        import polars.selectors as cs

        columns = sorted({column for check in checks for column in check.expected.columns})
        slim = frame.select(columns).with_columns(cs.numeric().cast(pl.Float64)).with_row_index(ROW)
        return self._whole_frame.get_batch(batch_parameters={"dataframe": slim.to_pandas()})

    def _validate(self, batch: Any, checks: Sequence[Check], result_format: dict[str, Any]) -> dict[str, Any]:
        expectations = self._gx.expectations
        suite = self._gx.ExpectationSuite(
            name="checks",
            expectations=[
                getattr(expectations, check.expected.expectation)(
                    **dict(check.expected.arguments), meta={"check_id": check.check_id}
                )
                for check in checks
            ],
        )
        outcomes = {
            outcome.expectation_config.meta["check_id"]: outcome
            for outcome in batch.validate(suite, result_format=result_format).results
        }
        for check in checks:
            problem = _problem(outcomes[check.check_id].exception_info)
            if problem is not None:
                raise ExaminationError(f"{check.check_id} could not be examined: {problem}")
        return outcomes


def _problem(exception_info: dict[str, Any]) -> str | None:
    """The message of an exception that an expectation swallowed; it keeps one, or one for each metric."""
    entries = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    return next((str(entry["exception_message"]) for entry in entries if entry["raised_exception"]), None)


def _result(evidence: Evidence, check: Check, frame: pl.DataFrame, rows: list[int]) -> CheckResult:
    keys: list[str] = []
    count = 0
    for row in rows:
        entry = frame.row(row, named=True)
        count += 1 if check.failing is None else int(entry[check.failing])
        named = entry[check.keys]
        keys.extend([named] if isinstance(named, str) else named or [entry["subject"]])
    outcome = "pass" if not rows else "fail" if check.is_blocking else "warn"
    return CheckResult(
        check_id=check.check_id,
        stage=evidence.stage,
        title=check.title,
        is_blocking=check.is_blocking,
        outcome=outcome,  # type: ignore[arg-type]
        failing_rows=count,
        failing_keys=tuple(keys[:KEYS_SHOWN]),
        about=f"{check.about} Compared: {frame.height} {evidence.subjects}.",
    )
