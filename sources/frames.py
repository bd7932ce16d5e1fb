"""The catalogue as frames: what the warehouse, the gates and the reports read. Nothing is decided here."""

from typing import Any

import polars as pl

from sources.case_study_frames import case_study_frames
from sources.catalogue import Catalogue
from sources.finding_frames import finding_frames

TEXT, NUMBER, INTEGER, BOOLEAN, DATE = pl.String, pl.Float64, pl.Int64, pl.Boolean, pl.Date


def catalogue_frames(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """Every catalogue frame by name; columns and types do not depend on what is declared."""
    return {
        "indicators": _indicators(catalogue),
        "indicator_breaks": _breaks(catalogue),
        "identities": _identities(catalogue),
        "period_types": _frame(
            {"period_type": TEXT, "label": TEXT, "is_non_overlapping": BOOLEAN},
            [(p.id, p.label, p.non_overlapping) for p in catalogue.period_types.values()],
        ),
        "area_types": _frame(
            {"area_type": TEXT, "label": TEXT, "area_level": INTEGER},
            [(a.id, a.label, a.level) for a in catalogue.area_types.values()],
        ),
        "markers": _frame(
            {"value_marker": TEXT, "label": TEXT, "replaces_value": BOOLEAN, "disclosure_status": TEXT},
            [(m.id, m.label, m.replaces_value, m.disclosure_status) for m in catalogue.markers.values()],
        ),
        "breakdowns": _frame(
            {"breakdown_id": TEXT, "label": TEXT}, [(b.id, b.label) for b in catalogue.breakdowns.values()]
        ),
        "decision_stages": _frame(
            {"stage_id": TEXT, "label": TEXT, "preceding_stage_id": TEXT, "indicator_id": TEXT},
            [(s.id, s.label, s.preceding, indicator) for s in catalogue.stages.values() for indicator in s.indicators],
        ),
        "gap_kinds": _gap_kinds(catalogue),
        "typologies": _typologies(catalogue),
        "typology_models": _typology_models(catalogue),
        "typology_crosswalks": _crosswalks(catalogue),
        **case_study_frames(catalogue.case_studies),
        "datasets": _datasets(catalogue),
        **finding_frames(catalogue),
    }


def _frame(schema: dict[str, Any], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _indicators(catalogue: Catalogue) -> pl.DataFrame:
    schema = {
        "indicator_id": TEXT, "definition_version": TEXT, "title": TEXT, "counts": TEXT, "counted_by": TEXT,
        "numerator_counts": TEXT, "denominator_counts": TEXT, "unit": TEXT, "unit_label": TEXT, "unit_base": NUMBER,
        "decimals": INTEGER, "polarity": TEXT, "measure": TEXT, "is_additive": BOOLEAN, "is_compared": BOOLEAN,
        "period_type": TEXT, "window_months_before": INTEGER, "window_months_after": INTEGER,
        "window_is_verified": BOOLEAN, "window_citation": TEXT, "nations": TEXT, "programme": TEXT,
        "official_number": TEXT, "impact_level": INTEGER, "companion_indicator_id": TEXT,
        "companion_definition_version": TEXT, "companion_maximum": NUMBER, "value_minimum": NUMBER,
        "value_maximum": NUMBER, "valid_from": DATE, "valid_to": DATE, "is_verified": BOOLEAN, "citation": TEXT,
        "counts_twice": TEXT, "note": TEXT,
    }  # fmt: skip
    rows = []
    for indicator in catalogue.indicators.values():
        for d in indicator.definitions:
            unit = catalogue.units[d.unit]
            companion = d.companion
            rows.append((
                indicator.id, d.version, indicator.title, d.counts, d.counted_by, d.numerator, d.denominator, d.unit,
                unit.label, unit.base, unit.decimals, indicator.polarity, d.measure, d.additive,
                indicator.compared and d.shown,
                d.period_type, d.window.months_before, d.window.months_after, d.window.verified, d.window.citation,
                "|".join(d.nations), indicator.programme, indicator.official_number, indicator.impact_level,
                companion.indicator if companion else None, companion.definition_version if companion else None,
                companion.maximum if companion else None, d.bounds.minimum, d.bounds.maximum, d.valid_from,
                d.valid_to, d.verified, d.citation, d.counts_twice, d.note,
            ))  # fmt: skip
    return _frame(schema, rows)


def _breaks(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"indicator_id": TEXT, "definition_version": TEXT, "break_date": DATE, "title": TEXT, "citation": TEXT,
         "is_verified": BOOLEAN},
        [
            (indicator.id, d.version, b.on, b.title, b.citation, b.verified)
            for indicator in catalogue.indicators.values()
            for d in indicator.definitions
            for b in d.breaks
        ],
    )  # fmt: skip


def _identities(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"identity_id": TEXT, "total_indicator_id": TEXT, "total_definition_version": TEXT, "part_indicator_id": TEXT,
         "part_definition_version": TEXT, "tolerance": NUMBER},
        [
            (f"{indicator.id}__{d.version}", indicator.id, d.version, part, d.version, d.parts.tolerance)
            for indicator in catalogue.indicators.values()
            for d in indicator.definitions
            if d.parts
            for part in d.parts.indicators
        ],
    )  # fmt: skip


def _gap_kinds(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"kind": TEXT, "title": TEXT, "test": TEXT, "sets_field": TEXT, "sets_value": TEXT, "is_blocking": BOOLEAN,
         "level": TEXT, "detection": TEXT, "rule_version": INTEGER, "shows": TEXT, "owner": TEXT, "resolved_by": TEXT,
         "reopens_when": TEXT, "not_detectable_because": TEXT, "citation": TEXT},
        [
            (k.kind, k.title, k.test, k.sets_field, k.sets_value, k.is_blocking, k.level, k.detection, k.rule_version,
             k.shows, k.owner, k.resolved_by, k.reopens_when, k.not_detectable_because, k.citation)
            for k in catalogue.gap_kinds.values()
        ],
    )  # fmt: skip


def _typologies(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"typology_id": TEXT, "title": TEXT, "valid_from": DATE, "valid_to": DATE, "validity_note": TEXT,
         "nations": TEXT, "is_multi_label": BOOLEAN, "is_attributed": BOOLEAN, "is_ordered": BOOLEAN,
         "is_verified": BOOLEAN, "citation": TEXT},
        [
            (t.id, t.title, t.valid_from, t.valid_to, t.validity_note, "|".join(t.nations), t.multi_label, t.attributed,
             t.ordered, t.verified, t.citation)
            for t in catalogue.typologies.values()
        ],
    )  # fmt: skip


def _typology_models(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"typology_id": TEXT, "model_id": TEXT, "label": TEXT, "model_order": INTEGER, "definition": TEXT,
         "is_assignable": BOOLEAN, "aliases": TEXT, "citation": TEXT},
        [
            (t.id, m.id, m.label, m.order, m.definition, m.assignable,
             "|".join(m.aliases) or None, m.citation)
            for t in catalogue.typologies.values()
            for m in t.models
        ],
    )  # fmt: skip


def _crosswalks(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"from_typology_id": TEXT, "from_model_id": TEXT, "to_typology_id": TEXT, "to_model_id": TEXT,
         "is_lossy": BOOLEAN, "note": TEXT, "is_verified": BOOLEAN, "citation": TEXT},
        [
            (c.from_typology, c.from_model, c.to_typology, c.to_model, c.lossy, c.note, c.verified, c.citation)
            for c in catalogue.crosswalks
        ],
    )  # fmt: skip


def _datasets(catalogue: Catalogue) -> pl.DataFrame:
    return _frame(
        {"source_id": TEXT, "title": TEXT, "publisher": TEXT, "licence": TEXT, "found_at": TEXT, "shape": TEXT,
         "priority": INTEGER, "whole_of": TEXT, "is_fictional": BOOLEAN},
        [
            (d.id, d.title, d.origin.publisher, d.origin.licence, d.origin.found_at, d.shape, d.priority,
             d.whole_of, d.origin.fictional)
            for d in catalogue.datasets.values()
        ],
    )  # fmt: skip
