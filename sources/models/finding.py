"""A figure that a report published, as it published it. Whether it is possible is tested elsewhere."""

from typing import Literal

from sources.models.base import Cited, Text


class Finding(Cited):
    """One published finding, with the base it stands on and where it stands in the source."""

    id: Text
    seed: Text
    statement: Text
    measure: Text
    value: float | None = None
    value_text: Text
    value_type: Literal["exact", "rounded", "approx", "bound", "qualitative"]
    unit: Text
    base: Text | None = None
    period: Text
    nation: Text
    locator: Text
    evidence_type: Literal["document", "survey", "testimony", "case study", "admin"]
    feasibility: Literal["unique", "several", "sum_of_rounded_only", "not_feasible", "base_unknown", "not_tested"] = (
        "not_tested"
    )
