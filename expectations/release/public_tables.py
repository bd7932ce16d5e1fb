"""The public tables of a release: what names a row, and which may not be empty.

check_results is not here: it is what this gate writes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublicTable:
    """A table, the columns that name one of its rows, and whether a release without any row of it makes sense.

    No key where dbt or another gate counts keys already, or where a row has no name of its own.
    """

    name: str
    key: tuple[str, ...] = ()
    may_be_empty: bool = True


PUBLIC_TABLES = (
    PublicTable("indicators", ("indicator_id", "definition_version"), may_be_empty=False),
    PublicTable("services", ("service_id",)),
    PublicTable("authorities", ("area_code",), may_be_empty=False),
    PublicTable("service_authorities", ("service_id", "area_code", "valid_from")),
    PublicTable("authority_changes", ("from_code", "to_code", "change_date")),
    PublicTable("register_disagreements"),
    PublicTable("service_shares", ("service_id", "area_code", "valid_from")),
    PublicTable("service_changes"),
    PublicTable("series"),
    PublicTable("structures", ("structure_id",)),
    PublicTable("observations", ("observation_id",), may_be_empty=False),
    PublicTable("attributions"),  # exclusivity_one_row_per_typology counts its keys
    PublicTable("attribution_gaps", ("gap_id",)),
    PublicTable("gap_effects", ("effect_id",)),
    PublicTable("comparisons", ("comparison_id", "model_id")),
    PublicTable("comparison_services", ("comparison_id", "service_id")),
    PublicTable("comparison_tests", ("comparison_id",)),
    PublicTable("comparison_pairs", ("comparison_id", "model_a", "model_b")),
    PublicTable("comparison_strata", ("comparison_id", "model_id", "nation", "authority_class")),
    PublicTable("comparison_sensitivity", ("comparison_id", "variant", "model_id")),
    PublicTable("benchmarks"),
    PublicTable("positions"),
    PublicTable("trends"),
    PublicTable("control_charts"),
    PublicTable("funnels", ("funnel_id",)),
    PublicTable("funnel_points"),
    PublicTable("model_changes"),
    PublicTable("disproportionality"),
    PublicTable("rating_distributions"),
    PublicTable("published_findings", ("finding_id",)),
    PublicTable("finding_tests", ("test_id",)),
    PublicTable("source_conflicts", ("conflict_id",)),
    PublicTable("structure_assertions"),
    PublicTable("structure_alternatives", ("structure_id", "assertion_id")),
    PublicTable("case_study_facts", ("fact_id",), may_be_empty=False),
    PublicTable("area_hexes", ("delivery_id", "map_key")),
    PublicTable("gap_evidence"),
    PublicTable("contributions"),
    PublicTable("typologies", ("typology_id",), may_be_empty=False),
    PublicTable("typology_models", ("typology_id", "model_id"), may_be_empty=False),
    PublicTable("typology_crosswalks"),
    PublicTable("decisions", ("decision_id",)),
    PublicTable("deliveries", ("delivery_id",), may_be_empty=False),
    PublicTable("expected_deliveries"),
    PublicTable("quarantined_rows"),
    PublicTable("delivery_warnings"),
)
