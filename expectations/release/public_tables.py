"""The public tables of a release, and which may not be empty. That the key of each stands once is tested in dbt.

check_results is not here: it is what this gate writes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PublicTable:
    """A table, and whether a release without any row of it makes sense."""

    name: str
    may_be_empty: bool = True


PUBLIC_TABLES = (
    PublicTable("indicators", may_be_empty=False),
    PublicTable("services"),
    PublicTable("authorities", may_be_empty=False),
    PublicTable("service_authorities"),
    PublicTable("authority_changes"),
    PublicTable("register_disagreements"),
    PublicTable("service_shares"),
    PublicTable("service_changes"),
    PublicTable("series"),
    PublicTable("structures"),
    PublicTable("observations", may_be_empty=False),
    PublicTable("attributions"),
    PublicTable("attribution_gaps"),
    PublicTable("gap_effects"),
    PublicTable("comparisons"),
    PublicTable("comparison_services"),
    PublicTable("comparison_tests"),
    PublicTable("comparison_pairs"),
    PublicTable("comparison_strata"),
    PublicTable("comparison_sensitivity"),
    PublicTable("benchmarks"),
    PublicTable("positions"),
    PublicTable("trends"),
    PublicTable("control_charts"),
    PublicTable("funnels"),
    PublicTable("funnel_points"),
    PublicTable("model_changes"),
    PublicTable("disproportionality"),
    PublicTable("rating_distributions"),
    PublicTable("published_findings"),
    PublicTable("finding_tests"),
    PublicTable("source_conflicts"),
    PublicTable("structure_assertions"),
    PublicTable("structure_alternatives"),
    PublicTable("case_study_facts", may_be_empty=False),
    PublicTable("area_hexes"),
    PublicTable("gap_evidence"),
    PublicTable("contributions"),
    PublicTable("typologies", may_be_empty=False),
    PublicTable("typology_models", may_be_empty=False),
    PublicTable("typology_crosswalks"),
    PublicTable("decisions"),
    PublicTable("deliveries", may_be_empty=False),
    PublicTable("expected_deliveries"),
    PublicTable("quarantined_rows"),
    PublicTable("delivery_warnings"),
)
