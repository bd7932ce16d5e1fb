"""The gap ledger by service, indicator, year and age, and the gaps that matter one by one, for the gaps page.

Each table can be filtered on the page. The whole ledger is a CSV beside it: hundreds of thousands of rows are no page.
"""

from __future__ import annotations

from markupsafe import Markup

from reports import packed
from reports.contents import Contents
from reports.language import _
from reports.numbers import count
from reports.page import indicator_path, numbers_path, service_path
from reports.periods import span
from reports.release import Release, Row
from reports.tables import Column, lines, link, table

ROWS_SHOWN = 200

_COUNTED = """
count(*) as gaps, count(*) filter (is_blocking) as blocking, count(distinct observation_id) as observations,
count(distinct kind) as kinds, count(*) filter (would_change_answer) as matter,
count(*) filter (opened_in_release = $release) as opened
"""
_OPEN = "from attribution_gaps where closed_in_release is null"
_BY_AREA = f"""
select coalesce(area_code, service_id) as area_code, {_COUNTED} {_OPEN} and coalesce(area_code, service_id) is not null
group by coalesce(area_code, service_id)
"""
_BY_INDICATOR = f"select indicator_id, {_COUNTED} {_OPEN} and indicator_id is not null group by indicator_id"
_BY_YEAR = f"""
select year(period_end) as year, {_COUNTED} {_OPEN} and period_end is not null
group by year(period_end)
order by year desc
"""
_BY_AGE = f"""
select coalesce(reopened_in_release, opened_in_release) as since, {_COUNTED} {_OPEN}
group by coalesce(reopened_in_release, opened_in_release)
order by since desc
"""
_THAT_MATTER = """
select * from attribution_gaps
where closed_in_release is null and would_change_answer
order by comparisons_changed desc, kind, indicator_id, area_code, period_end desc, gap_id
limit $rows
"""


def ledger_path(release: Release) -> str:
    """Where the whole ledger stands: a CSV, in a zip file where it is large, or told in a text (packed.py)."""
    return packed.path("data/attribution_gaps", release.row("select count(*) as n from attribution_gaps")["n"])


def by_area(contents: Contents) -> Markup | None:
    """Open gaps of each service and area, by name."""
    found = {row["area_code"]: row for row in _rows(contents, _BY_AREA)}
    rows = []
    for code, area in contents.areas.items():
        if code not in found:
            continue
        where = service_path(code) if area.has_page else numbers_path(code)
        rows.append([link(where, area.name), *_counts(found[code])])
    return _table(_("Open gaps by service and area"), Column(_("Service or area"), is_quoted=True), rows)


def by_indicator(contents: Contents) -> Markup | None:
    """Open gaps of each indicator, in the order of the programmes."""
    found = {row["indicator_id"]: row for row in _rows(contents, _BY_INDICATOR)}
    rows = []
    for indicator_id in dict.fromkeys(key[0] for key in contents.definitions):
        if indicator_id not in found:
            continue
        title = next(one.title for key, one in contents.definitions.items() if key[0] == indicator_id)
        name = link(f"{indicator_path(indicator_id)}#gaps", title) if indicator_id in contents.latest else title
        rows.append([name, *_counts(found[indicator_id])])
    return _table(_("Open gaps by indicator"), Column(_("Indicator")), rows)


def by_year(contents: Contents) -> Markup | None:
    """Open gaps by the year in which the period of their value ends, the latest first."""
    rows: list[list[object]] = [[str(row["year"]), *_counts(row)] for row in _rows(contents, _BY_YEAR)]
    return _table(_("Open gaps by year"), Column(_("Period ends in")), rows)


def by_age(contents: Contents) -> Markup | None:
    """Open gaps by the release in which they were first seen, or seen again."""
    rows: list[list[object]] = [
        [_("release %(release)s") % {"release": row["since"]}, *_counts(row)] for row in _rows(contents, _BY_AGE)
    ]
    return _table(_("Open gaps by age"), Column(_("Open since")), rows)


def that_matter(contents: Contents) -> Markup | None:
    """Gaps that, closed alone, would give a comparison another answer: those of most comparisons first."""
    found = contents.release.rows(_THAT_MATTER, {"rows": ROWS_SHOWN})
    if not found:
        return None
    columns = [
        Column(_("Gap"), width="22%"),
        Column(_("Of what"), is_quoted=True, width="22%"),
        Column(_("Evidence"), is_quoted=True, is_wide=True, width="26%"),
        Column(_("Status"), width="14%"),
        Column(_("How it closes"), width="16%"),
    ]
    rows = [
        [
            lines(
                row["kind_title"],
                _("kind %(kind)s, rule version %(rule)s") % {"kind": row["kind"], "rule": row["rule_version"]},
                row["gap_id"],
            ),
            _of_what(contents, row),
            lines(row["evidence"] or "", row["evidence_locator"] or ""),
            _status(row),
            lines(
                row["owner"],
                row["resolved_by"],
                _("opens again when %(when)s") % {"when": row["reopens_when"]} if row["reopens_when"] else "",
            ),
        ]
        for row in found
    ]
    return table(_("Gaps one by one"), columns, rows, is_caption_hidden=True)


def _of_what(contents: Contents, row: Row) -> Markup:
    definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
    code = row["area_code"] or row["service_id"] or ""
    area = contents.areas.get(code)
    period = span(row["period_start"], row["period_end"]) if row["period_start"] and row["period_end"] else ""
    title = definition.title if definition else ""
    return lines(*(part for part in (title, area.name if area else code, period) if part))


def _status(row: Row) -> Markup:
    history = [_("opened in %(release)s") % {"release": row["opened_in_release"]}]
    if row["reopened_in_release"]:
        history.append(_("opened again in %(release)s") % {"release": row["reopened_in_release"]})
    if row["decision_id"]:
        history.append(_("decision %(decision)s") % {"decision": row["decision_id"]})
    return lines(_("open"), *history)


def _rows(contents: Contents, query: str) -> list[Row]:
    return contents.release.rows(query, {"release": contents.release.release_id})


def _counts(row: Row) -> list[object]:
    return [count(row[name]) for name in ("gaps", "blocking", "observations", "kinds", "matter", "opened")]


def _table(caption: str, first: Column, rows: list[list[object]]) -> Markup | None:
    if not rows:
        return None
    columns = [first] + [
        Column(words, is_numeric=True)
        for words in (
            _("Gaps"), _("Stop attribution"), _("Values"), _("Kinds"), _("Matter to an answer"), _("New here"),
        )
    ]  # fmt: skip
    return table(caption, columns, rows, is_caption_hidden=True)
