"""What each shape of register asks of its rows: alone, and beside one another in the order given."""

from dataclasses import dataclass

from pipelines.intake.layouts.registers import areas, memberships, repeats, statements
from pipelines.intake.layouts.registers.assertions import assertion
from pipelines.intake.layouts.registers.faults import Complete, Together
from pipelines.intake.layouts.registers.overlaps import overlaps


@dataclass(frozen=True)
class Shape:
    """How rows of a shape are completed, and the looks at them together; each takes what the one before left."""

    complete: Complete
    together: tuple[Together, ...] = ()


SHAPES = {
    "authorities": Shape(areas.authority),
    "authority_changes": Shape(areas.succession, (areas.circles,)),
    "authority_parents": Shape(areas.parent),
    "service_memberships": Shape(
        memberships.membership, (repeats.repeated, memberships.in_two_services, memberships.shares_of_services)
    ),
    "structure_assertions": Shape(assertion, (repeats.repeated, overlaps)),
    "statistical_neighbours": Shape(areas.neighbour),
    "area_hexes": Shape(areas.hexagon, (repeats.one_thing_an_id("map_key"),)),
    "decisions": Shape(statements.decision, (repeats.repeated, repeats.one_thing_an_id("decision_id"))),
    "gap_evidence": Shape(statements.gap_evidence, (repeats.repeated, repeats.one_thing_an_id("evidence_id"))),
    "contributions": Shape(
        statements.contribution,
        (repeats.repeated, repeats.one_thing_an_id("contribution_id"), statements.shares_of_numbers),
    ),
}
