"""What the made releases speak of: kinds of gap, typologies with their models, and indicators. None is real."""

from __future__ import annotations

from datetime import date

LABELS = {
    "E1": "Unassigned",
    "S1": "Changed in period",
    "Z1": "Suppressed",
    "C6": "No return",
    "U11": "Not attributable",
}
KINDS = {
    "E1": ("No usable evidence of a structural model", True, "attribution_status", "unassigned", "data team"),
    "S1": ("The model changed inside the window", True, "attribution_status", "transition", "nobody: it is a fact"),
    "U11": ("Area larger than a service", True, "attribution_status", "not_attributable", "nobody: it is a fact"),
    "Z1": ("Suppressed as a small count", False, "disclosure_status", "c", "publisher"),
    "C6": ("Return expected and not received", False, "disclosure_status", "x", "data team"),
    "Z6": ("Comparison refused", False, "none", None, "data team"),
}
TYPOLOGIES = [
    {
        "typology_id": "fielder_2007",
        "title": "Location in council structure, revised 2007 (Fielder et al. 2008, table 5)",
        "valid_from": date(2007, 2, 1),
        "valid_to": date(2011, 3, 31),
        "nations": "England|Wales",
        "is_multi_label": False,
        "is_attributed": True,
    },
    {
        "typology_id": "yjb_2024",
        "title": "Level of integration (YJB 2024)",
        "valid_from": date(2011, 4, 1),
        "valid_to": None,
        "nations": "England|Wales",
        "is_multi_label": False,
        "is_attributed": True,
    },
]
MODELS = {
    "yjb_2024": [
        ("unassigned", "Unassigned", 0),
        ("standalone", "Standalone", 1),
        ("directorate", "Integrated at directorate level", 2),
        ("portfolio", "Integrated as part of a management portfolio", 3),
        ("umbrella", "Integrated in an umbrella service", 4),
        ("delivery", "Integrated at delivery level", 5),
    ],
    "fielder_2007": [
        ("unassigned", "Unassigned", 0),
        ("other", "Other", 1),
        ("freestanding", "Freestanding", 2),
        ("community_safety", "Community safety", 3),
        ("childrens_services_youth", "Children's services: youth focus", 4),
        ("childrens_services_all", "Children's services: all children", 5),
    ],
}
# How many services of 155 each model has; the rest have no evidence.
SHARES = {
    "yjb_2024": {"directorate": 41, "portfolio": 37, "umbrella": 27, "delivery": 24, "standalone": 1},
    "fielder_2007": {"childrens_services_all": 60, "community_safety": 30, "childrens_services_youth": 26, "other": 12},
}


def _definition(**facts: object) -> dict:
    defaults = {
        "definition_version": "v1",
        "counted_by": "service_caseload",
        "measure": "proportion",
        "is_additive": False,
        "is_compared": True,
        "window_months_before": 12,
        "window_months_after": 0,
        "window_is_verified": False,
        "window_citation": "",
        "nations": "England|Wales",
        "impact_level": 2,
        "is_verified": True,
        "citation": "YJB data dictionary",
        "breaks": [],
    }
    return defaults | facts


KPI_2 = _definition(
    indicator_id="suitable_ete_at_end_percent",
    title="Children in suitable education, training or employment",
    definition_version="end_of_order",
    counts="Children in suitable ETE at the end of their order",
    numerator_counts="Children in suitable ETE at the end of their order",
    denominator_counts="Children with an order ending",
    unit="percent",
    unit_label="per cent",
    unit_base=100.0,
    decimals=1,
    polarity="high",
    period_type="financial_quarter",
    programme="youth justice KPI",
    official_number="KPI 2",
    note="Official statistics in development.",
)
FTE = _definition(
    indicator_id="first_time_entrants_10_to_17_per_100k",
    title="First-time entrants to the youth justice system",
    definition_version="pnc_calendar_year",
    counts="Children aged 10 to 17 who receive a first caution or sentence",
    numerator_counts="First-time entrants",
    denominator_counts="Population aged 10 to 17",
    unit="per_100000",
    unit_label="per 100,000",
    unit_base=100000.0,
    decimals=1,
    polarity="low",
    measure="rate",
    counted_by="residence",
    period_type="calendar_year",
    window_months_before=0,
    programme="older youth justice KPI",
    official_number=None,
    breaks=["2013-04-01 New recording of cautions"],
)
NI_111 = _definition(
    indicator_id="first_time_entrants_psa_per_100k",
    title="First-time entrants aged 10 to 17 (National Indicator 111)",
    definition_version="ni_111",
    counts="Children aged 10 to 17 who receive a first reprimand, warning or conviction",
    numerator_counts="First-time entrants",
    denominator_counts="Population aged 10 to 17",
    unit="per_100000",
    unit_label="per 100,000",
    unit_base=100000.0,
    decimals=0,
    polarity="low",
    measure="rate",
    counted_by="residence",
    period_type="financial_year",
    window_months_before=0,
    nations="England",
    programme="PSA 14",
    official_number="NI 111",
    is_verified=False,
)
