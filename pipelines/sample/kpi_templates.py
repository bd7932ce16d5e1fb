"""The ten KPI templates as the Youth Justice Board stores them: columns, and literal lines with their defects.

Taken from the names in the YJB's published warehouse SQL (domain.md 2.3, source S1). A line is a join key there, so a
double space, a trailing space, a full stop or a wrong letter is part of it. What the SQL only describes (the three
kinds of accommodation that never suit, the groups of KPI 2 other than hours) is worded here.
"""

KEYS = ("return_status_id", "reporting_date", "yot_code", "description")
GROUP = "description_group"
ORDERS = ("ns", "yjs", "ycc", "ro", "yro", "cust")
CUSTODY = len(ORDERS) - 1

ACCOMMODATION_CUSTODIAL = ("STC", "SCH", "YOI")
ACCOMMODATION = (
    *ACCOMMODATION_CUSTODIAL,
    "Living with parent(s)",
    "Living with family (not parents)",
    "Living with friends",
    "Independent living",
    "Residential unit",
    "Foster Care",
    "Supported accommodation/supported lodgings",
    "Temporary accomodation",
    "Other",
    "Bed and breakfast",
    "No fixed abode",
    "Unknown",
)
NEVER_SUITABLE = 3

ETE_ENDING = "Number of children with an order closing in the period"
ETE_SUITABLE = "Number of children in suitable ETE with an order closing in the period"
ETE_IN = "Number of children in ETE with an order closing in the period"
ETE_NOT_IN = "Number of children not in ETE with an order closing in the period"
ETE_PART_TIME = "Number of children in part time ETE with an order closing in the period"
ETE_FULL_TIME = "Number of children in full time ETE with an order closing in the period "
ETE_PROVISION_AT_SCHOOL_AGE = (
    "School (full-time)",
    "School (part time)",
    "Electively home educated",
    "Alternative Provision PRU (part time)",
    "Alternative Provision PRU (full time)",
    "Alternative Provision Other (part time)",
    "Alternative Provision Other (full time)",
)
ETE_PROVISION_ABOVE_IT = (
    "College",
    "Alternative provision",
    "Education re-engagement programme",
    "Traineeship",
    "Apprenticeship",
    "Supported Internship",
    "Mentoring circle",
    "Full-time employment",
    "Part-time employment",
    "Self-employment",
    "Voluntary work",
    "University",
    "Other",
)
ETE_HOURS = ("1 - 15 hours", "16 - 24 hours", "25 hours plus")
ETE_GROUP, ETE_GROUP_PROVISION = "Children in ETE", "Type of provision"
ETE_GROUP_OFFERED, ETE_GROUP_ATTENDED = "Hours offered per week", "Hours attended per week"

ORDER_ENDING = "Number of  children with an order ending in the period"
SEND_IDENTIFIED = "Number with an identified SEND/ALN"
SEND_PLAN = "Number of children who have a formal plan in place for the current academic year"
SEND_SUITABLE_ETE = "Number of children with an identified SEND/ALN need in suitable ETE"

MENTAL_HEALTH_NEED = (
    "Number of children with a screened OR identified need for an intervention to improve mental health or emotional"
    " wellbeing"
)
MENTAL_HEALTH_BEFORE = (
    "Number receiving treatment for mental health or emotional wellbeing prior to screening by YJS",
    "Number receiving treatment for mental health or emotional wellbeing prior to the start of the order",
)
_HELP = ("Getting Advice", "Getting Help", "Getting Additional Help", "Getting Risk Support")
MENTAL_HEALTH_OFFERED = tuple(f"{level}: Number of planned or offered interventions" for level in _HELP)
MENTAL_HEALTH_ATTENDING = tuple(f"{level}: Number of children attending intervention" for level in _HELP)

SUBSTANCE_ENDING = "Number of children with an order ending in the period"
SUBSTANCE_NEED = (
    "Number of children with a screened OR identified need for intervention/treatment to address substance misuse "
)
SUBSTANCE_BEFORE = (
    "Number of children in existing treatment or support prior to screening by YJS",
    "Number of children in existing treatment or support prior to the start of the order",
)
SUBSTANCE_OFFERED = (
    "Number offered targeted intervention/treatment.",
    "Number offered specialist substance misuse treatment",
    "Number offered complex care treatment intervention",
)
SUBSTANCE_ATTENDING = (
    "Number attending targeted intervention/treatment.",
    "Number attending specialist substance misuse treatment ",
    "Number attending complex care treatment intervention",
)

DISPOSALS = ("community_resolution", "nfa_o22_yjs", "nfa_o22_deferred_yjs", "nfa_o20_21_yjs", "yc_yjs", "ycc")
DISPOSAL_COMPLETED = "Number of children who completed intervention programmes in the quarter"
DISPOSAL_NOT_COMPLETED = "Number of children who did not complete intervention programmes in the quarter"

WIDER_STATUSES = (
    "Number of children who are a currently care experienced child (known in statute as a Looked After Child)",
    "Number of children on a Child Protection Plan",
    "Number of children who are Children in Need/Children in Need of care and support (Wales)",
    "Number of children on an Early Intervention plan",
)
WIDER_EARLY_HELP_BEFORE = "Number of children who were already open to Early Help services prior to start of order"
WIDER_EARLY_HELP_REFERRED = "Number of children referred to Early Help services"

BOARD_SECTORS = ("a", "b", "c", "d", "e", "other")
BOARD_SENIOR = "Senior partner"
BOARD_DELEGATED = "Delegated or non-senior partner"
BOARD_NEW = "If attended - was this a new partner?"

VIOLENCE_AGES = ("age10to15", "age16to17")
VIOLENCE = tuple(
    f"Offences with a gravity score of 5 or more for {kind} offences resulting in a caution or sentence in the quarter"
    for kind in ("Drugs", "Robbery", "Violence Against the Person")
)

VICTIMS_CHILDREN = "Number of children with an order closing with an identified victim or victims of youth crime"
VICTIMS_ENGAGED = "Number of victims engaged with on restorative justice opportunities"
VICTIMS_TOTAL = "Total number of victims "
VICTIMS_VIEW = (
    "Number of victims asked their view prior to OOCD decision-making and planning for statutory court orders"
)
VICTIMS_ASKED_PROGRESS = "Number of victims who requested information about the progress of the child's case"
VICTIMS_GIVEN_PROGRESS = (
    "Of those, the number of victims provided with information about the progress of the child's case"
)
VICTIMS_ASKED_SUPPORT = "The number of victims who asked for additional support"
VICTIMS_GIVEN_SUPPORT = (
    "Of those victims who asked for additional support, the number provided with information on appropriate support"
    " services"
)
VICTIMS_CONSENTED = "Number of victims who consent to be contacted by the YJS"


def accommodation_columns() -> list[str]:
    """KPI 1: total, start and end by suitability for each order; release for custody; and the columns `noncust`."""
    columns = []
    for order in ORDERS:
        moments = ("start", "release", "end") if order == "cust" else ("start", "end")
        columns += [f"{order}_total", *(f"{order}_{moment}_{suits}" for moment in moments for suits in ("yes", "no"))]
    return [
        *columns,
        "noncust_total",
        *(f"noncust_{m}_{suits}" for m in ("start", "release") for suits in ("yes", "no")),
    ]


def moment_columns(out_of_court: str = "ns") -> list[str]:
    """KPI 4, 5 and 7: total, start and end for each order. KPI 7 calls out of court disposals `ws`."""
    names = (out_of_court, *ORDERS[1:])
    return [f"{order}_{moment}" for order in names for moment in ("total", "start", "end")]
