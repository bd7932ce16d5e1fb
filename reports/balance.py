"""The balance law of attribution, in figures: in scope = attributed + each other status, every one of these explained.

It is counted here from the release, for the whole of it and for any part, and printed on every page. Whether the law
must hold is no question of presentation: a release in which it does not is not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from reports.numbers import count
from reports.release import Release, ReleaseNotSound
from reports.vocabulary import label, words

ATTRIBUTED = ("attributable", "attributable_with_caveat")

_COUNTS = """
with explained as (
    select distinct observation_id, typology_id
    from attribution_gaps
    where is_blocking and observation_id is not null and closed_in_release is null
)

select
    attributions.indicator_id,
    attributions.typology_id,
    attributions.attribution_status,
    count(*) as observations,
    count(*) filter (here.observation_id is null and everywhere.observation_id is null) as without_reason
from attributions
left join explained as here
    on here.observation_id = attributions.observation_id and here.typology_id = attributions.typology_id
left join explained as everywhere
    on everywhere.observation_id = attributions.observation_id and everywhere.typology_id is null
group by attributions.indicator_id, attributions.typology_id, attributions.attribution_status
"""


@dataclass
class Balance:
    """The balance of one typology over some observations.

    Attributes:
        by_status: observations by attribution status.
        unexplained: observations with a status other than attributed and no blocking gap that says why.
    """

    typology_id: str
    title: str
    by_status: Counter[str] = field(default_factory=Counter)
    unexplained: int = 0

    @property
    def in_scope(self) -> int:
        """All observations in scope of the typology."""
        return self.by_status.total()

    @property
    def attributed(self) -> int:
        """Those attributed, with or without a caveat."""
        return sum(self.by_status[status] for status in ATTRIBUTED)

    @property
    def others(self) -> list[tuple[str, int]]:
        """Every other status and its observations, in the order of the closed list, zeros too."""
        known = [status for status in words()["attribution_status"] if status not in ATTRIBUTED]
        unknown = sorted(set(self.by_status) - set(known) - set(ATTRIBUTED))
        return [(status, self.by_status[status]) for status in known + unknown]

    def sentence(self) -> str:
        """The law with its figures, on one line."""
        parts = [f"{count(self.attributed)} attributed"]
        parts += [f"{count(n)} {label('attribution_status', status).lower()}" for status, n in self.others if n]
        return f"{count(self.in_scope)} in scope = " + " + ".join(parts)


class Balances:
    """The balance of a release by indicator and typology, and sums of it."""

    def __init__(self, release: Release) -> None:
        """Count.

        Raises:
            ReleaseNotSound: an observation is neither attributed nor explained.
        """
        self._counts = release.rows(_COUNTS)
        self._found: dict[tuple[str | None, str | None], list[Balance]] = {}
        self.typologies: dict[str, str] = {
            row["typology_id"]: row["title"]
            for row in release.rows("select typology_id, title from typologies order by valid_from, typology_id")
        }
        unexplained = sum(balance.unexplained for balance in self.of())
        if unexplained:
            raise ReleaseNotSound(
                f"Release {release.release_id} does not balance: {count(unexplained)} observations are neither "
                "attributed to a structural model nor explained by a gap."
            )
        self.current_observations = release.row("select count(*) as n from observations where is_current")["n"]
        self.outside_every_typology = (
            self.current_observations - release.row("select count(distinct observation_id) as n from attributions")["n"]
        )

    def title(self, typology_id: str) -> str:
        """The title of a typology; its id where the release has none."""
        return self.typologies.get(typology_id, typology_id)

    def of(self, indicator_id: str | None = None, typology_id: str | None = None) -> list[Balance]:
        """The balance of each typology, over one indicator and typology or over all."""
        # Kept: most pages say that of the whole release.
        key = (indicator_id, typology_id)
        if key not in self._found:
            self._found[key] = self._sum(
                lambda row: indicator_id in (None, row["indicator_id"]) and typology_id in (None, row["typology_id"])
            )
        return self._found[key]

    def _sum(self, wanted: Callable[[dict[str, str]], bool]) -> list[Balance]:
        found: dict[str, Balance] = {}
        for row in self._rows(wanted):
            typology = row["typology_id"]
            balance = found.setdefault(typology, Balance(typology, self.title(typology)))
            balance.by_status[row["attribution_status"]] += row["observations"]
            if row["attribution_status"] not in ATTRIBUTED:
                balance.unexplained += row["without_reason"]
        known = [found[typology] for typology in self.typologies if typology in found]
        return known + [found[typology] for typology in sorted(set(found) - set(self.typologies))]

    def _rows(self, wanted: Callable[[dict[str, str]], bool]) -> Iterable[dict]:
        return (row for row in self._counts if wanted(row))
