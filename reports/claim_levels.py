"""Sentences that claim something, each bound to the level of its claim, and the evidence that a level asks for.

The levels are those of methods.md 2.7: what is recorded (0), a place that differs from a benchmark (1), groups that
differ (2), a change when the structure changed (3), an effect (4). A sentence is refused unless evidence of its level
is handed in, and evidence cannot be made of figures that do not bear it out. Levels 3 and 4 need a protocol that a
named analyst signed, or a study of others that is quoted: nothing in a release makes them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from reports.claims import ClaimRefused
from reports.language import _

RECORDED, FROM_BENCHMARK, GROUPS, CHANGE, EFFECT = range(5)

# Below these no sentence says that groups differ, whatever a workspace sets for showing them (methods.md 2.7).
MOST_Q, LEAST_SERVICES, LEAST_COVERAGE = 0.05, 10, 0.7


class EvidenceLacking(ClaimRefused):
    """A sentence was to be said without the evidence of its level; the message says which."""


@dataclass(frozen=True)
class Recorded:
    """Values as published; bears out no comparison."""

    level: ClassVar[int] = RECORDED


@dataclass(frozen=True)
class OutsideInterval:
    """A place whose interval does not contain the benchmark."""

    lower: float
    upper: float
    benchmark: float
    level: ClassVar[int] = FROM_BENCHMARK

    def __post_init__(self) -> None:
        if self.lower <= self.benchmark <= self.upper:
            raise EvidenceLacking(
                f"The interval {self.lower} to {self.upper} contains the benchmark {self.benchmark}: "
                "nothing may be said but the two values."
            )


@dataclass(frozen=True)
class EachTested:
    """Places that were each tested by a stated rule (against a benchmark, or for a trend), with how many there are."""

    tested: int
    level: ClassVar[int] = FROM_BENCHMARK

    def __post_init__(self) -> None:
        if self.tested < 1:
            raise EvidenceLacking("No place was tested, so nothing may be said of how many differ.")


@dataclass(frozen=True)
class GroupsDiffer:
    """The test over all models, adjusted; the smallest model tested; services used as a share of those in scope."""

    q_value: float
    smallest_group: int
    coverage: float
    level: ClassVar[int] = GROUPS

    def __post_init__(self) -> None:
        if self.q_value > MOST_Q or self.smallest_group < LEAST_SERVICES or self.coverage < LEAST_COVERAGE:
            raise EvidenceLacking(
                f"Groups may be said to differ at q of {MOST_Q} or less with {LEAST_SERVICES} services in each and "
                f"{LEAST_COVERAGE:.0%} coverage; here q is {self.q_value:.3g}, the smallest has "
                f"{self.smallest_group} and coverage is {self.coverage:.0%}."
            )


@dataclass(frozen=True)
class SignedProtocol:
    """A comparison before and after, with its diagnostics, under a protocol that a named analyst signed."""

    protocol: str
    signed_by: str
    level: ClassVar[int] = CHANGE


@dataclass(frozen=True)
class PublishedStudy:
    """A pre-registered, peer-reviewed study of others; it is quoted, never put in our words."""

    citation: str
    level: ClassVar[int] = EFFECT


Evidence = Recorded | OutsideInterval | EachTested | GroupsDiffer | SignedProtocol | PublishedStudy

# A function for each, because the language is known only when it is said.
_SENTENCES: dict[str, tuple[int, Callable[[], str]]] = {
    "values_held": (RECORDED, lambda: _("For {period}, values are held for {places}: {reach}.")),
    "medians_lie": (
        RECORDED,
        lambda: _(
            "The medians of the models lie within {apart} of each other; inside one model the middle half of services "
            "spans {narrow} to {wide} {unit}"
        ),
    ),
    "spread_within_larger": (
        RECORDED,
        lambda: _(
            "The spread of services inside a model is larger than the spread between models: a standard deviation of "
            "{within} {unit} against {between} {unit}. {share} of the variance of services lies between models."
        ),
    ),
    "spread_between_larger": (
        RECORDED,
        lambda: _(
            "The spread of services inside a model has a standard deviation of {within} {unit}, the spread between "
            "models {between} {unit}. {share} of the variance of services lies between models."
        ),
    ),
    "labels_at_random": (
        RECORDED,
        lambda: _(
            "Labels of models dealt at random among services of the same nation and class of authority set the models "
            "at least this far apart in {share} of deals: p = {p}, and q = {q} after allowance for the {tests} "
            "({method})."
        ),
    ),
    "groups_not_told_apart": (
        RECORDED,
        lambda: _(
            "On this evidence the models cannot be told apart from labels dealt at random. That is not the same as "
            "being alike: {power}"
        ),
    ),
    "groups_not_said": (
        RECORDED,
        lambda: _(
            "Whether services of different models differ is not said here: that takes at least {least} services in "
            "each model tested and {coverage} of services in scope. The smallest model here has {services}, and {used}."
        ),
    ),
    "groups_differ": (
        GROUPS,
        lambda: _(
            "Values of services differ between the models they are recorded under by more than labels dealt at random "
            "give (q = {q}, {used}). This does not show why: services chose their structure, and other things differ "
            "between them."
        ),
    ),
    "place_higher": (
        FROM_BENCHMARK,
        lambda: _("{place} is higher than {benchmark}: its interval lies above. This does not show why."),
    ),
    "place_lower": (
        FROM_BENCHMARK,
        lambda: _("{place} is lower than {benchmark}: its interval lies below. This does not show why."),
    ),
    "places_against": (
        FROM_BENCHMARK,
        lambda: _(
            "Of {tested} compared with {benchmark}, {higher} have an interval above it, {lower} below it, and "
            "{similar} an interval that contains it."
        ),
    ),
    "trends_of_places": (
        FROM_BENCHMARK,
        lambda: _("{title}: decreasing in {decreasing} and increasing in {increasing} of {tested} with a {rule}."),
    ),
    "after_the_change": (
        CHANGE,
        lambda: _(
            "After the change of {place}, {title} moved by {difference} relative to services that had not changed "
            "(protocol {protocol}, signed by {signed_by}); other things also changed: {others}."
        ),
    ),
    "study_says": (EFFECT, lambda: _("{citation}: “{quotation}”")),
}


def say(sentence: str, evidence: Evidence, **words: object) -> str:
    """A sentence of ours with its words put in.

    Args:
        sentence: its id here.
        evidence: of the sentence's level or above.
        words: what its places hold, already printed.

    Raises:
        EvidenceLacking: the evidence is of a lower level.
    """
    level, template = _SENTENCES[sentence]
    if evidence.level < level:
        raise EvidenceLacking(
            f"The sentence {sentence!r} claims level {level} (methods.md 2.7) and the evidence handed in is of level "
            f"{evidence.level}."
        )
    return template().format(**words)
