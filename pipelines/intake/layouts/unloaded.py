"""Tables that are recognised and not loaded: every cell is out of scope, and the dataset says why."""

import polars as pl

from pipelines.intake.judgement import Judgement
from pipelines.intake.problems import FINDINGS
from pipelines.readers import Table
from sources.models.dataset import Dataset


def judge(table: Table, dataset: Dataset) -> Judgement:
    """Count one table of a dataset of shape `none`."""
    cells = table.frame.height * len(table.columns)
    return Judgement(
        landed=[],
        findings=pl.DataFrame(schema=FINDINGS),
        rows_read=table.frame.height,
        cells_in=cells,
        cells_landed=0,
        cells_out_of_scope=cells,
        notes=[f"recognised and not loaded: {scope.reason}" for scope in dataset.out_of_scope],
    )
