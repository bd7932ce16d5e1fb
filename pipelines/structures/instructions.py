"""What the spreadsheet tells whoever fills it in: columns, examples, models with definitions, reasons for refusal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sources.catalogue import Catalogue
from sources.models.vocabulary import Typology


@dataclass(frozen=True)
class Column:
    """A column of the sheet: what to write, whether it must be filled, and how wide it is shown."""

    says: str
    is_needed: bool
    width: int


COLUMNS = {
    "service": Column("The name of the youth justice service.", True, 24),
    "typology": Column("The scheme the model is of. For the years since April 2011: yjb_2024.", True, 14),
    "model": Column("How the service is organised, as one of the models of that scheme.", True, 18),
    "tenure": Column("in_force, interim, planned, ended, or cancelled (a plan that was dropped).", True, 11),
    "valid_from": Column("The first day. Empty where nobody knows it; then from_precision is unknown.", False, 12),
    "from_precision": Column(
        "How precisely the first day is known: day, month (give its first day), year or unknown.", False, 13
    ),
    "valid_to": Column("The last day on which it was so. Empty while it still is.", False, 12),
    "to_precision": Column(
        "How precisely the last day is known: day, month, year or unknown; open while it still is.", False, 12
    ),
    "scope_percent": Column(
        "The share of the service's area it is true of, in per cent. Empty for the whole.", False, 10
    ),
    "source": Column("The document that shows it, by its title. Your own word is no document.", True, 34),
    "source_date": Column("The date of that document.", True, 12),
    "page": Column("Page or section, so that others find it.", False, 10),
    "quote": Column("The words relied on, at most two sentences. For a plan: who decided it.", False, 48),
    "coder": Column("Who read the document and filled in this row.", False, 16),
}

_PLAN = "Youth justice plan 2023/24"
EXAMPLES: tuple[dict[str, object], ...] = (
    {"service": "EXAMPLE, not loaded: Vellow", "typology": "yjb_2024", "model": "umbrella", "tenure": "in_force",
     "valid_from": date(2021, 4, 1), "from_precision": "day", "to_precision": "open", "source": _PLAN,
     "source_date": date(2023, 6, 30), "page": "p. 12", "coder": "A. Reader",
     "quote": "The service is part of the Adolescent Service, with leaving care and youth work."},
    {"service": "EXAMPLE, not loaded: Vellow", "typology": "yjb_2024", "model": "delivery", "tenure": "planned",
     "valid_from": date(2024, 4, 1), "from_precision": "month", "to_precision": "open",
     "source": "Management board minutes", "source_date": date(2023, 11, 14), "page": "item 4", "coder": "A. Reader",
     "quote": "The board agreed that targeted youth workers will hold youth justice cases from April 2024."},
)  # fmt: skip

_TENURES = (
    ("in_force", "It was so, and the document shows it. The document is of that time or later."),
    ("interim", "It was so for the time being, with a further change expected."),
    (
        "planned",
        "A body decided it. Quote the decision; give the day, or write from_precision unknown. Never used in a figure.",
    ),
    ("ended", "It was so and is no longer: give both days."),
    ("cancelled", "A plan that was dropped. It is kept as history."),
)
_REFUSED = (
    "service_unknown", "typology_unknown", "register_field_invalid", "assertion_inconsistent", "evidence_undated",
    "evidence_after_delivery", "claim_before_its_day", "plan_undecided", "portfolio_unquoted", "claims_overlap",
    "precision_contradicts_date", "register_ends_before_it_begins", "typology_not_of_those_days",
    "register_row_repeated",
)  # fmt: skip
_TOLD = ("portfolio_alone", "claim_levels_together", "date_finer_than_precision", "coder_missing")

Block = tuple[str, Sequence[tuple[str, ...]]]


def instructions(catalogue: Catalogue, typologies: Sequence[Typology]) -> Iterator[Block]:
    """Blocks of a heading and rows; a row is one text over the whole width, or a term with what is said of it."""
    yield (
        "In short",
        [
            ("Fill in the sheet 'Structure register': one row for each thing that one document says.",),
            ("The rows marked EXAMPLE are never loaded; leave them or delete them. Columns in black must be filled.",),
            ("A change of model is two rows: the old model with its last day, and the new one with its first.",),
            ("Where two documents disagree, give both: the disagreement is shown, and a person decides it.",),
            ("Where a document cannot tell, write the model unassigned. That is an answer too.",),
            ("No name of a child, a member of staff or a victim belongs here.",),
        ],
    )
    yield (
        "Columns",
        [
            (name, "must be filled" if column.is_needed else "may be empty", column.says)
            for name, column in COLUMNS.items()
        ],
    )
    yield "Tenure", [(name, "", says) for name, says in _TENURES]
    for typology in typologies:
        until = f"to {typology.valid_to:%d/%m/%Y}" if typology.valid_to else "on"
        yield (
            f"Models of {typology.id}: {typology.title}, for {typology.valid_from:%d/%m/%Y} {until}",
            [(model.id, model.label, model.definition) for model in typology.models],
        )
    yield "Why a row is refused", [_rule(catalogue, rule) for rule in _REFUSED]
    yield "What is told, and taken all the same", [_rule(catalogue, rule) for rule in _TOLD]


def _rule(catalogue: Catalogue, rule_id: str) -> tuple[str, ...]:
    rule = catalogue.rules[rule_id]
    return rule_id, rule.title, f"{rule.remedy[0].upper()}{rule.remedy[1:]}"
