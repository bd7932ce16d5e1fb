"""Published findings and the conflicts inside their reports as frames. Nothing is judged here."""

from typing import Any

import polars as pl

from sources.catalogue import Catalogue
from sources.models.finding import Finding

TEXT, NUMBER, INTEGER, BOOLEAN, DATE = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date
TEXTS, INTEGERS = pl.List(pl.String), pl.List(pl.Int64)


def finding_frames(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """`published_findings`, `finding_recipes`, `source_conflicts` and `source_conflict_subjects`."""
    return {
        "published_findings": _findings(catalogue),
        "finding_recipes": _recipes(catalogue),
        "source_conflicts": _conflicts(catalogue),
        "source_conflict_subjects": _subjects(catalogue),
    }


def _findings(catalogue: Catalogue) -> pl.DataFrame:
    schema: dict[str, Any] = {
        "finding_id": TEXT, "listing": TEXT, "seed": TEXT, "statement": TEXT, "measure": TEXT, "value": NUMBER,
        "value_text": TEXT, "value_type": TEXT, "bound": TEXT, "decimals": INTEGER, "tolerance": NUMBER, "unit": TEXT,
        "base": TEXT, "candidate_bases": INTEGERS, "period": TEXT, "nation": TEXT, "locator": TEXT,
        "evidence_type": TEXT, "attribution": TEXT, "impact_level": INTEGER, "claimant": TEXT,
        "response_rate": NUMBER, "sample_design": TEXT, "reported_subset": TEXT, "is_single_record": BOOLEAN,
        "is_verified": BOOLEAN, "note": TEXT, "citation": TEXT,
    }  # fmt: skip
    rows = [
        (f.id, f.listing, f.seed, f.statement, f.measure, f.value, f.value_text, f.value_type, f.bound, f.decimals,
         f.tolerance, f.unit, f.base, list(f.bases), f.period, f.nation, f.locator, f.evidence_type, f.attribution,
         f.impact_level, f.claimant, f.response_rate, f.sample_design, f.reported_subset, f.is_single_record,
         f.verified, f.note, f.citation)
        for f in catalogue.findings
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _recipes(catalogue: Catalogue) -> pl.DataFrame:
    """One row for each value that a column of the rows counted, or of their base, may have."""
    schema: dict[str, Any] = {
        "finding_id": TEXT, "part": TEXT, "rows_of": TEXT, "column_name": TEXT, "column_value": TEXT,
        "columns_asked": INTEGER, "sums": TEXT, "in_force_on": DATE, "recipe": TEXT,
    }  # fmt: skip
    rows = [row for finding in catalogue.findings if finding.recompute for row in _recipe(finding)]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _recipe(finding: Finding) -> list[tuple[Any, ...]]:
    recipe = finding.recompute
    assert recipe is not None
    words = f"{recipe.rows} where {_where(recipe.where)}"
    if recipe.out_of is not None:
        words += f", of those where {_where(recipe.out_of)}"
    if recipe.in_force_on is not None:
        words += f", in force on {recipe.in_force_on}"
    return [
        (finding.id, part, recipe.rows, column, value, len(asked), recipe.sums, recipe.in_force_on, words)
        for part, asked in (("counted", recipe.where), ("base", recipe.out_of or {}))
        for column, values in asked.items()
        for value in values
    ]


def _where(asked: dict[str, tuple[str, ...]]) -> str:
    return " and ".join(f"{column} is {' or '.join(values)}" for column, values in asked.items())


def _conflicts(catalogue: Catalogue) -> pl.DataFrame:
    schema: dict[str, Any] = {
        "conflict_id": TEXT, "title": TEXT, "seed": TEXT, "conflict_kind": TEXT, "gap_kind": TEXT, "state": TEXT,
        "statement_a": TEXT, "locator_a": TEXT, "statement_b": TEXT, "locator_b": TEXT, "finding_ids": TEXTS,
        "service_ids": TEXTS, "candidate_resolution": TEXT, "is_verified": BOOLEAN, "citation": TEXT,
    }  # fmt: skip
    rows = [
        (c.id, c.title, c.seed, c.conflict_kind, c.gap_kind, c.state, c.statement_a, c.locator_a, c.statement_b,
         c.locator_b, list(c.findings), list(c.services), c.candidate_resolution, c.verified, c.citation)
        for c in catalogue.source_conflicts
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _subjects(catalogue: Catalogue) -> pl.DataFrame:
    rows = [
        (conflict.id, kind, subject)
        for conflict in catalogue.source_conflicts
        for kind, subjects in (("finding", conflict.findings), ("service", conflict.services))
        for subject in subjects
    ]
    schema: dict[str, Any] = {"conflict_id": TEXT, "subject_kind": TEXT, "subject_id": TEXT}
    return pl.DataFrame(rows, schema=schema, orient="row")
