"""What the pages of one site are made from, loaded once: the release, and what several kinds of page need of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from reports import areas, comparisons, definitions, evidence, gaps, hexmap, observations, registers
from reports.areas import Area
from reports.balance import Balances
from reports.charts.drawing import Drawings
from reports.comparisons import Comparison
from reports.datasets import Sources
from reports.definitions import Definition
from reports.hexmap import Map
from reports.observations import Series
from reports.registers import Register
from reports.release import Release, Row


@dataclass
class Contents:
    """A release and what is loaded of it, each part when it is first asked for.

    Attributes:
        release: open.
        drawings: where charts are drawn.
        is_with_spreadsheets: whether workbooks will stand beside the pages, so that a page may link its own.
        is_with_pdf: the same of sheets of A4.
    """

    release: Release
    drawings: Drawings
    is_with_spreadsheets: bool = False
    is_with_pdf: bool = False

    @cached_property
    def definitions(self) -> dict[tuple[str, str], Definition]:
        """Every definition by indicator and version, in the order of programme, number and title."""
        return definitions.load(self.release)

    @cached_property
    def balances(self) -> Balances:
        """The balance of attribution; raises ReleaseNotSound where it does not hold."""
        return Balances(self.release)

    @cached_property
    def sources(self) -> Sources:
        """Titles and publishers of datasets, where the release carries them; elsewhere their ids speak."""
        if not self.release.has("datasets"):
            return Sources({}, {})
        rows = self.release.rows("select source_id, title, publisher from datasets")
        return Sources(
            {row["source_id"]: row["title"] for row in rows}, {row["source_id"]: row["publisher"] for row in rows}
        )

    @cached_property
    def compared(self) -> dict[tuple[str, str], list[Comparison]]:
        """The comparisons of each indicator and typology, the services behind the headline one with it."""
        found = comparisons.load(self.release)
        comparisons.load_services(self.release, [comparisons.headline(one) for one in found.values()])
        return found

    @cached_property
    def coverage(self) -> dict[str, list[Row]]:
        """Places with and without a value, by indicator."""
        return observations.coverage(self.release)

    @cached_property
    def latest(self) -> dict[str, list[Series]]:
        """The latest values of every series, by indicator."""
        return observations.latest(self.release)

    @cached_property
    def kinds_of_gap(self) -> list[Row]:
        """Open gaps by kind, the most frequent first."""
        return gaps.kinds(self.release)

    @cached_property
    def gaps_of_indicator(self) -> dict[str, list[Row]]:
        """Open gaps by indicator and kind."""
        return gaps.by_indicator(self.release)

    @cached_property
    def areas(self) -> dict[str, Area]:
        """Every area and service with numbers, by its code."""
        return areas.load(self.release)

    @cached_property
    def gaps_of_area(self) -> dict[str, evidence.GapsOfArea]:
        """Open gaps of each area by indicator, version and kind."""
        return evidence.gaps(self.release)

    @cached_property
    def maps(self) -> list[Map]:
        """The maps of hexagons that were loaded."""
        return hexmap.load(self.release)

    @cached_property
    def register(self) -> Register:
        """How services are and were organised."""
        return registers.load(self.release)
