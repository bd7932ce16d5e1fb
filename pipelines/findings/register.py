"""The register of published figures as a release holds it: its figures, tests and conflicts, and how one is found.

Reads a release through the read-only door that `dovetail sql` uses. What a person sees of it is in text.py.
"""

from dataclasses import dataclass
from typing import Any

from pipelines.releases.asking import of_release
from pipelines.releases.store import Release

Row = dict[str, Any]


@dataclass(frozen=True)
class Register:
    """Everything the register says in one release, in the order of the ids."""

    release_id: str
    findings: tuple[Row, ...]
    tests: tuple[Row, ...]
    conflicts: tuple[Row, ...]

    def chosen(self, seed: str | None = None, verdict: str | None = None, state: str | None = None) -> list[Row]:
        """The figures of a report, with a verdict, with a state against the rows; every one where nothing is asked."""
        return [
            row
            for row in self.findings
            if seed in (None, row["seed"])
            and verdict in (None, row["feasibility"])
            and state in (None, row["reproduction"])
        ]

    def failed_together(self, seed: str | None = None, *, is_stated: bool = True) -> list[Row]:
        """Tests of several figures that no whole numbers satisfy, unless a figure by itself is to blame.

        Those of readings that the report states, or those of readings that were only tried.
        """
        impossible = {row["finding_id"] for row in self.findings if row["feasibility"] == "not_feasible"}
        of_seed = {row["finding_id"] for row in self.chosen(seed)}
        return [
            test
            for test in self.tests
            if test["verdict"] == "not_feasible"
            and test["is_stated"] == is_stated
            and not impossible & set(test["finding_ids"])
            and of_seed & set(test["finding_ids"])
        ]

    def about(self, name: str) -> tuple[list[Row], list[Row], list[Row]]:
        """Figures, tests and conflicts that an id names: of a figure, of a statement, of a test or of a conflict."""
        wanted = name.casefold()
        tests = [
            row for row in self.tests if wanted in (row["test_id"].casefold(), (row["conflict_id"] or "").casefold())
        ]
        conflicts = [row for row in self.conflicts if row["conflict_id"].casefold() == wanted]
        findings = [row for row in self.findings if wanted in (row["finding_id"].casefold(), row["listing"].casefold())]
        exact = [row for row in findings if row["finding_id"].casefold() == wanted]
        if findings:
            findings = exact or findings
            ids = {row["finding_id"] for row in findings}
            tests = [row for row in self.tests if ids & set(row["finding_ids"])]
            conflicts = [row for row in self.conflicts if ids & set(row["finding_ids"])]
        elif tests or conflicts:
            named = {one for row in (*tests, *conflicts) for one in row["finding_ids"]}
            findings = [row for row in self.findings if row["finding_id"] in named]
            belongs = {row["conflict_id"] for row in tests}
            conflicts = conflicts or [row for row in self.conflicts if row["conflict_id"] in belongs]
        return findings, tests, conflicts


def read(release: Release) -> Register:
    """The register of a release.

    Raises:
        ReleaseNotFound: the release was made before it held one.
    """
    ask = of_release(release)
    return Register(
        release.release_id,
        tuple(ask("from published_findings order by seed, finding_id")),
        tuple(ask("from finding_tests order by is_declared desc, test_id")),
        tuple(ask("from source_conflicts order by seed desc, conflict_id")),
    )
