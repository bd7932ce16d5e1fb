"""The three gates: what each looks at, in which order. Evidence and checks are declared where their SQL is."""

from __future__ import annotations

from pathlib import Path

from expectations.attribution.balance import BALANCE
from expectations.attribution.comparison_services import COMPARISON_SERVICES
from expectations.attribution.gap_kinds import GAP_KINDS
from expectations.attribution.kept import collect_by_period
from expectations.attribution.statuses import DECIDING_GAPS, STATUSES
from expectations.attribution.typologies import TYPOLOGIES
from expectations.evidence import Check, Evidence
from expectations.gate import examine
from expectations.landing.columns import COLUMNS
from expectations.landing.deliveries import DELIVERIES
from expectations.landing.identities import IDENTITIES
from expectations.landing.kept import collect_by_delivery
from expectations.landing.national_rates import NATIONAL_RATES
from expectations.landing.series import SERIES
from expectations.release.comparison_thresholds import COMPARISON_THRESHOLDS
from expectations.release.derived_observations import DERIVED_OBSERVATIONS
from expectations.release.group_rates import GROUP_RATES
from expectations.release.tables import TABLES
from expectations.results import CheckResult, Stage
from expectations.warehouse import BUILT, RELEASED, add_landed, add_landed_columns, attach, open_catalogue

# SERIES before DELIVERIES, which reads the table it leaves.
EVIDENCE: dict[Stage, tuple[Evidence, ...]] = {
    "landing": (COLUMNS, SERIES, DELIVERIES, NATIONAL_RATES, IDENTITIES),
    "attribution": (TYPOLOGIES, BALANCE, STATUSES, DECIDING_GAPS, GAP_KINDS, COMPARISON_SERVICES),
    "release": (TABLES, GROUP_RATES, DERIVED_OBSERVATIONS, COMPARISON_THRESHOLDS),
}
# Each row of their frames speaks of one delivery, and rests on its landed observations alone.
BY_DELIVERY = (SERIES, NATIONAL_RATES, IDENTITIES)
# Each row of theirs speaks of one period, and rests on its rows and the registers alone.
BY_PERIOD = (TYPOLOGIES, BALANCE, STATUSES, DECIDING_GAPS, GAP_KINDS)


def checks(stage: Stage) -> tuple[Check, ...]:
    """The checks of a gate, in the order of its results; cheap, for whoever must know them before they run."""
    return tuple(check for evidence in EVIDENCE[stage] for check in evidence.checks)


def landing(warehouse: Path) -> list[CheckResult]:
    """Check the landed files of a warehouse folder against its ledger and catalogue, before dbt runs.

    When a column is missing or of another type, that is the one result: nothing else can be read.
    """
    columns, *others = EVIDENCE["landing"]
    with open_catalogue(warehouse) as connection:
        add_landed_columns(connection, warehouse)
        results = examine(connection, [columns])
        if any(result.outcome == "fail" for result in results):
            return results
        add_landed(connection, warehouse)
        frames = collect_by_delivery(connection, warehouse, BY_DELIVERY)
        # What DELIVERIES reads: the series of every delivery, not only of those that are new.
        connection.register("every_series", frames[0].to_arrow())
        connection.execute("create or replace temp table series as from every_series")
        return results + examine(connection, others, dict(zip(BY_DELIVERY, frames, strict=True)))


def attribution(warehouse: Path) -> list[CheckResult]:
    """Check what dbt built in a warehouse folder: the balance law, exclusivity, statuses and gaps.

    Raises:
        FileNotFoundError: when dbt has built nothing there.
    """
    with open_catalogue(warehouse) as connection:
        frames = collect_by_period(connection, warehouse, BY_PERIOD)
        return examine(connection, EVIDENCE["attribution"], dict(zip(BY_PERIOD, frames, strict=True)))


def release(warehouse: Path, previous: Path | None = None) -> list[CheckResult]:
    """Check the public tables that dbt built, before they become a release.

    Args:
        warehouse: the warehouse folder.
        previous: folder of the release before, when there is one, for what may not suddenly shrink.

    Raises:
        FileNotFoundError: when dbt has built nothing there, or `previous` holds no database.
    """
    with open_catalogue(warehouse) as connection:
        attach(connection, "built", warehouse / BUILT)
        if previous is not None:
            attach(connection, "previous", previous / RELEASED)
        return examine(connection, EVIDENCE["release"])
