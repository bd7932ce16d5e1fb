"""The gap ledger as the pages count it."""

from __future__ import annotations

from reports.release import Release, Row
from reports.vocabulary import vocabulary

ALL_GAPS = "select * from attribution_gaps order by kind, indicator_id, period_end desc, area_code, typology_id, gap_id"

_KINDS = """
select
    kind, min(kind_title) as title, bool_or(is_blocking) as is_blocking, min(sets_field) as sets_field,
    min(sets_value) as sets_value, min(owner) as owner, min(resolved_by) as resolved_by,
    count(*) as gaps, count(distinct observation_id) as observations,
    count(*) filter (opened_in_release = ?) as newly_opened,
    arg_min(evidence, gap_id) as example, arg_min(evidence_locator, gap_id) as example_locator
from attribution_gaps
where closed_in_release is null
group by kind
"""

_BY_INDICATOR = """
select indicator_id, kind, min(kind_title) as title, bool_or(is_blocking) as is_blocking, min(owner) as owner,
    count(*) as gaps, count(distinct observation_id) as observations, arg_min(evidence, gap_id) as example
from attribution_gaps
where closed_in_release is null and indicator_id is not null
group by indicator_id, kind
order by indicator_id, gaps desc, kind
"""

_OWNERS = """
select owner, count(*) as gaps, count(*) filter (is_blocking) as blocking, count(distinct kind) as kinds
from attribution_gaps
where closed_in_release is null
group by owner
order by gaps desc, owner
"""


def kinds(release: Release) -> list[Row]:
    """Open gaps by kind, the most frequent first, with what the kind shows on a page."""
    rows = release.rows(_KINDS, [release.release_id])
    known = vocabulary("gap_kinds", "kind")
    for row in rows:
        row["shows"] = known.get(row["kind"], {}).get("shows", "")
        row["test"] = known.get(row["kind"], {}).get("test", "")
    return sorted(rows, key=lambda row: (-row["gaps"], row["kind"]))


def not_found(found: list[Row]) -> list[tuple[str, str]]:
    """Kinds that a rule looks for and that this release does not have."""
    have = {row["kind"] for row in found}
    return [
        (kind, entry["title"])
        for kind, entry in vocabulary("gap_kinds", "kind").items()
        if entry["detection"] == "rule" and kind not in have
    ]


def not_looked_for() -> list[tuple[str, str]]:
    """Kinds of the catalogue that no rule looks for in this version."""
    return [
        (kind, entry["title"])
        for kind, entry in vocabulary("gap_kinds", "kind").items()
        if entry["detection"] != "rule"
    ]


def by_indicator(release: Release) -> dict[str, list[Row]]:
    """Open gaps of each indicator by kind."""
    found: dict[str, list[Row]] = {}
    for row in release.rows(_BY_INDICATOR):
        found.setdefault(row["indicator_id"], []).append(row)
    return found


def owners(release: Release) -> list[Row]:
    """Open gaps by who can close them."""
    return release.rows(_OWNERS)
