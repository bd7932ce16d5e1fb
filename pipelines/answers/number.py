"""One number explained: where it stood, what it counts, how its service was organised, what keeps it from being used.

The question is put in a person's words: an indicator, an area and a period.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pipelines.releases.asking import Ask

Row = dict[str, Any]
NEAREST = 5


class NotFound(Exception):
    """Nothing answers to the words given; the message names what comes nearest."""


@dataclass(frozen=True)
class Number:
    """An observation with everything that bears on it, each part as rows of public tables."""

    observation: Row
    definition: Row
    delivery: Row | None
    told: list[Row]
    told_elsewhere: int
    earlier: list[Row]
    attributions: list[Row]
    structures: list[Row]
    gaps: list[Row]
    comparisons: list[Row]


def numbers(ask: Ask, indicator: str, area: str, period: str, breakdown: str = "all") -> list[Number]:
    """Every current observation of the indicator, area and period: one for each definition version and dataset.

    Args:
        ask: The tables of a release.
        indicator: An indicator_id, or words of its title.
        area: An area code, a service_id, or a name.
        period: The label as published, a day within it (2024-02-01), or `latest`.
        breakdown: A breakdown_id.

    Raises:
        NotFound: nothing answers to one of the words, or nothing is known of them together.
    """
    indicators = _indicators(ask, indicator)
    areas = _areas(ask, area)
    rows = ask(
        "select * from observations where is_current and breakdown_id = ? and list_contains(?, indicator_id)"
        " and list_contains(?, area_code) order by period_end desc, indicator_id, definition_version, source_id",
        breakdown, indicators, areas,
    )  # fmt: skip
    found = _of_period(rows, period)
    if not found:
        labels = list(dict.fromkeys(str(row["period_label"]) for row in rows))
        if labels:
            raise NotFound(f"Nothing for the period {period}; there are {_listed(labels)}.")
        raise NotFound(f"No number of {' or '.join(indicators)} for {area}.")
    return [_explained(ask, row) for row in found]


def _indicators(ask: Ask, words: str) -> list[str]:
    titles = {row["indicator_id"]: row["title"] for row in ask("select indicator_id, title from indicators")}
    if words in titles:
        return [words]
    plain = words.casefold()
    found = [i for i, title in titles.items() if plain == title.casefold()] or [
        i for i, title in titles.items() if plain in title.casefold() or plain in i
    ]
    if len(found) == 1:
        return found
    if found:
        raise NotFound(f"{words} fits several indicators: {_listed(sorted(found))}.")
    near = get_close_matches(plain.replace(" ", "_"), list(titles), NEAREST, 0.4)
    raise NotFound(f"No indicator is called {words}; the nearest are {_listed(near)}.")


def _areas(ask: Ask, words: str) -> list[str]:
    names = ask(
        "select service_id as code, service_name as name from services"
        " union all select area_code, area_name from authorities"
    )
    plain = words.casefold()
    found = sorted({row["code"] for row in names if plain in (row["code"].casefold(), str(row["name"]).casefold())})
    if found:
        return found
    # A number may stand for an area that no register names.
    if ask("select 1 from observations where area_code = ? limit 1", words):
        return [words]
    near = get_close_matches(plain, [str(row["name"]).casefold() for row in names], NEAREST, 0.5)
    shown = list(dict.fromkeys(str(row["name"]) for row in names if str(row["name"]).casefold() in near))
    raise NotFound(f"No area is called {words}" + (f"; the nearest are {_listed(shown)}." if shown else "."))


def _of_period(rows: list[Row], words: str) -> list[Row]:
    if words == "latest":
        return [row for row in rows if row["period_end"] == rows[0]["period_end"]] if rows else []
    return [row for row in rows if words == row["period_label"]] or [
        row for row in rows if str(row["period_start"]) <= words <= str(row["period_end"]) and words.count("-") == 2
    ]


def _explained(ask: Ask, row: Row) -> Number:
    key = [row[name] for name in (
        "source_id", "indicator_id", "definition_version", "area_type", "area_code", "period_start", "period_end",
        "breakdown_id",
    )]  # fmt: skip
    definition = ask(
        "select * from indicators where indicator_id = ? and definition_version = ?",
        row["indicator_id"], row["definition_version"],
    )[0]  # fmt: skip
    delivery = ask("select * from deliveries where delivery_id = ?", row["delivery_id"])
    told = ask(
        'select * from delivery_warnings where delivery_id = ? and sheet is not distinct from ? and "row" = ?'
        " order by severity, rule",
        row["delivery_id"], row["sheet"], row["row"],
    )  # fmt: skip
    of_delivery = ask("select count(*) as n from delivery_warnings where delivery_id = ?", row["delivery_id"])[0]["n"]
    earlier = ask(
        "select * from observations where not is_current and source_id = ? and indicator_id = ?"
        " and definition_version = ? and area_type = ? and area_code = ? and period_start = ? and period_end = ?"
        " and breakdown_id = ? order by recorded_at",
        *key,
    )
    attributions = ask(
        "select attributions.*, typologies.title as typology_title,"
        " coalesce(models.label, candidates.label) as model_label"
        " from attributions inner join typologies using (typology_id)"
        " left join typology_models as models on models.typology_id = attributions.typology_id"
        " and models.model_id = attributions.model_id"
        " left join typology_models as candidates on candidates.typology_id = attributions.typology_id"
        " and candidates.model_id = attributions.candidate_model_id"
        " where observation_id = ? order by attributions.typology_id",
        row["observation_id"],
    )
    structures = ask(
        "select * from structures where service_id = ? and valid_from <= ? and (valid_to is null or valid_to >= ?)"
        " and list_contains(?, typology_id) order by typology_id, valid_from",
        row["service_id"], row["window_end"], row["window_start"], [a["typology_id"] for a in attributions],
    )  # fmt: skip
    gaps = ask(
        "select * from attribution_gaps where observation_id = ? and closed_in_release is null"
        " order by is_blocking desc, kind, typology_id",
        row["observation_id"],
    )
    comparisons = ask(
        "select members.*, comparisons.typology_id, comparisons.services_used, comparisons.services_in_scope,"
        " comparisons.is_refused, comparisons.refusal_reason from comparison_services as members"
        " inner join (select distinct comparison_id, typology_id, services_used, services_in_scope, is_refused,"
        " refusal_reason from comparisons) as comparisons using (comparison_id)"
        " where observation_id = ? order by comparisons.typology_id",
        row["observation_id"],
    )
    return Number(
        row, definition, delivery[0] if delivery else None, told, of_delivery - len(told), earlier, attributions,
        structures, gaps, comparisons,
    )  # fmt: skip


def _listed(words: list[str], most: int = 8) -> str:
    shown = ", ".join(words[:most])
    return shown if len(words) <= most else f"{shown} and {len(words) - most} more"
