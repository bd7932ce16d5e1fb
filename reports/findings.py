"""The register of published figures as the page shows it: read from the release, counted by report."""

from __future__ import annotations

from dataclasses import dataclass

from reports.release import Release, Row

ALL_FINDINGS = "select * from published_findings order by seed, finding_id"
ALL_TESTS = "select * from finding_tests order by is_declared desc, test_id"
ALL_CONFLICTS = "select * from source_conflicts order by seed, conflict_id"

_REPORTS = """
select
    citation,
    count(*) as figures,
    count(*) filter (feasibility <> 'not_tested') as tested,
    count(*) filter (feasibility = 'not_feasible') as not_feasible,
    count(*) filter (feasibility = 'sum_of_rounded_only') as sum_of_rounded_only,
    count(*) filter (feasibility = 'base_unknown') as base_unknown,
    count(*) filter (reproduction = 'reproduced' and not is_illustrative) as reproduced,
    count(*) filter (reproduction = 'contradicted' and not is_illustrative) as contradicted
from published_findings
group by citation
order by not_feasible desc, tested desc, citation
"""


@dataclass(frozen=True)
class Findings:
    """What the register holds in this release.

    Attributes:
        figures: every published figure.
        tests: every test by its id.
        conflicts: every disagreement inside a report.
        reports: the figures counted by report.
    """

    figures: list[Row]
    tests: dict[str, Row]
    conflicts: list[Row]
    reports: list[Row]

    def with_verdict(self, verdict: str) -> list[Row]:
        """Figures that their own arithmetic gives this verdict."""
        return [row for row in self.figures if row["feasibility"] == verdict]

    def with_state(self, state: str) -> list[Row]:
        """Figures that the rows of the release give this state."""
        return [row for row in self.figures if row["reproduction"] == state]

    def failed_together(self, *, is_stated: bool) -> list[Row]:
        """Tests of several figures that no whole numbers satisfy, where no figure by itself is to blame."""
        impossible = {row["finding_id"] for row in self.with_verdict("not_feasible")}
        return [
            test
            for test in self.tests.values()
            if test["verdict"] == "not_feasible"
            and test["is_stated"] == is_stated
            and not impossible & set(test["finding_ids"])
        ]


def is_held(release: Release) -> bool:
    """Whether the release holds the register with its tests: one made before it did not."""
    return release.has("finding_tests") and release.has("source_conflicts")


def load(release: Release) -> Findings:
    """The register of a release that holds it."""
    return Findings(
        figures=release.rows(ALL_FINDINGS),
        tests={row["test_id"]: row for row in release.rows(ALL_TESTS)},
        conflicts=release.rows(ALL_CONFLICTS),
        reports=release.rows(_REPORTS),
    )
