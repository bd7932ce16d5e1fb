"""One thing that people are told: what happened, in counts and names of files, checks and datasets."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipelines.one_line import one_line
from pipelines.workspace import EventKind


@dataclass(frozen=True)
class Event:
    """What happened.

    Attributes:
        kind: Which of the events it is.
        title: One sentence.
        facts: Counts, and names of files, checks, datasets and releases; never a value, key or sentence of a delivery,
            which may speak of a child.
        remedy: What a person can do now; empty where nothing is asked of anyone.
    """

    kind: EventKind
    title: str
    facts: Mapping[str, str | int] = field(default_factory=dict)
    remedy: str = ""

    def text(self) -> str:
        """The event as a plain message."""
        lines = [
            self.title,
            *(f"  {name.replace('_', ' ')}: {one_line(str(said))}" for name, said in self.facts.items()),
        ]
        return "\n".join([*lines, self.remedy] if self.remedy else lines)
