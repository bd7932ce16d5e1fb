"""What a release says of its datasets: the words for a source_id."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sources:
    """Title and publisher of each dataset, by source_id."""

    titles: dict[str, str]
    publishers: dict[str, str]

    def title(self, source_id: str) -> str:
        """The dataset's title; its id where the release has no title."""
        return self.titles.get(source_id, source_id)
