"""What changed: gaps opened, reopened and closed in this release, and values that a later delivery revised or withdrew.

It reads this release only: what it keeps of earlier deliveries, and in which release each gap was first and last seen.
"""

from __future__ import annotations

from markupsafe import Markup

from reports import gap_lists
from reports.contents import Contents
from reports.language import _
from reports.numbers import count, number, several
from reports.page import Page, numbers_path
from reports.pages import differences_page
from reports.periods import span
from reports.release import Release, Row
from reports.tables import Column, lines, link, table

ROWS_SHOWN = 100

_GAPS = """
select
    kind, min(kind_title) as kind_title, bool_or(is_blocking) as is_blocking, min(owner) as owner,
    count(*) filter (opened_in_release = $release and closed_in_release is null) as opened,
    count(*) filter (reopened_in_release = $release) as reopened,
    count(*) filter (closed_in_release = $release) as closed,
    count(*) filter (closed_in_release is null) as open
from attribution_gaps
group by kind
having opened + reopened + closed > 0
order by is_blocking desc, kind
"""
_LISTED = f"""
select * from attribution_gaps
where {{what}}
order by is_blocking desc, kind, indicator_id, area_code, period_end desc, gap_id
limit {ROWS_SHOWN}
"""
_OPENED = "closed_in_release is null and $release in (opened_in_release, reopened_in_release)"
_CLOSED = "closed_in_release = $release"
# A value and the one that it took the place of. The latest superseded one counts: what was said before that is history.
_REVISED = f"""
with earlier as (
    select *,
        row_number() over (
            partition by indicator_id, definition_version, source_id, area_type, area_code, breakdown_id,
                period_start, period_end
            order by recorded_at desc, observation_id
        ) as place
    from observations
    where not is_current and not coalesce(is_withdrawn, false)
), revised as materialized (
    select
        later.observation_id, later.indicator_id, later.definition_version, later.area_code, later.breakdown_id,
        later.period_start, later.period_end, later.delivery_id, earlier.delivery_id as earlier_delivery_id,
        later.value, later.value_marker, earlier.value as earlier_value, earlier.value_marker as earlier_marker,
        coalesce(later.is_withdrawn, false) as is_withdrawn, later.value - earlier.value as moved
    from observations as later
    inner join earlier
        on earlier.indicator_id = later.indicator_id and earlier.definition_version = later.definition_version
        and earlier.source_id = later.source_id and earlier.area_type = later.area_type
        and earlier.area_code = later.area_code and earlier.breakdown_id = later.breakdown_id
        and earlier.period_start = later.period_start and earlier.period_end = later.period_end
    where
        later.is_current and earlier.place = 1
        and (
            later.value is distinct from earlier.value or later.value_marker is distinct from earlier.value_marker
            or coalesce(later.is_withdrawn, false)
        )
)

select revised.*, counted.*
from revised
cross join (
    select
        count(*) as of_all, count(*) filter (moved > 0) as of_all_up, count(*) filter (moved < 0) as of_all_down,
        count(*) filter (is_withdrawn) as of_all_withdrawn
    from revised
) as counted
order by
    abs(moved) / nullif(abs(earlier_value), 0) desc nulls last, indicator_id, area_code, period_end desc, breakdown_id,
    observation_id
limit {ROWS_SHOWN}
"""


def page(contents: Contents) -> Page:
    """The changes page."""
    release = contents.release
    kinds = release.rows(_GAPS, {"release": release.release_id})
    revised = release.rows(_REVISED)
    how_many = revised[0]["of_all"] if revised else 0
    is_first = _is_first(release)
    document = differences_page.held(release)
    # Where every gap is new, to list them says nothing that the gaps page does not.
    opened = [] if is_first else _listed(release, _OPENED)
    closed = _listed(release, _CLOSED)
    totals = {name: sum(kind[name] for kind in kinds) for name in ("opened", "reopened", "closed")}
    return Page(
        path="changes.html",
        template="changes.html",
        title=_("What changed in this release"),
        section="changes",
        balance=contents.balances.of(),
        kind=_("Page"),
        context={
            "sentence": _sentence(release, totals, how_many),
            "is_first": is_first,
            "differences": differences_page.path(document, release) if document else "",
            "earlier": document["earlier"] if document else "",
            "ledger": gap_lists.ledger_path(release),
            "kinds": _kinds_table(kinds),
            "opened": _gaps_table(contents, _("Gaps opened in this release"), opened, is_closed=False),
            "closed": _gaps_table(contents, _("Gaps closed in this release"), closed, is_closed=True),
            "opened_shown": (len(opened), totals["opened"] + totals["reopened"]),
            "closed_shown": (len(closed), totals["closed"]),
            "signs": _signs(revised[0]) if revised else "",
            "revised": _revised_table(contents, revised),
            "revised_shown": (len(revised), how_many),
        },
    )


def _is_first(release: Release) -> bool:
    """Whether every gap was first seen in this release: then nothing can be said to be new."""
    return not release.rows("select 1 from attribution_gaps where opened_in_release <> ? limit 1", [release.release_id])


def _listed(release: Release, what: str) -> list[Row]:
    return release.rows(_LISTED.format(what=what), {"release": release.release_id})


def _sentence(release: Release, totals: dict[str, int], revised: int) -> str:
    return _(
        "Release %(release)s opens %(opened)s, opens %(reopened)s again and closes %(closed)s. Later deliveries "
        "revised or withdrew %(revised)s that this release still keeps."
    ) % {
        "release": release.release_id,
        "opened": several(totals["opened"], _("gap"), _("gaps")),
        "reopened": count(totals["reopened"]),
        "closed": count(totals["closed"]),
        "revised": several(revised, _("value"), _("values")),
    }


def _kinds_table(kinds: list[Row]) -> Markup | None:
    if not kinds:
        return None
    columns = [Column(_("Kind of gap"))]
    columns += [
        Column(words, is_numeric=True)
        for words in (_("Opened"), _("Opened again"), _("Closed"), _("Open now"))
    ]  # fmt: skip
    columns.append(Column(_("Who can close it")))
    rows = [
        [
            lines(kind["kind_title"], _("kind %(kind)s") % {"kind": kind["kind"]}),
            *(count(kind[name]) for name in ("opened", "reopened", "closed", "open")),
            kind["owner"],
        ]
        for kind in kinds
    ]
    return table(_("Gaps that changed, by kind"), columns, rows, is_caption_hidden=True)


def _gaps_table(contents: Contents, caption: str, rows: list[Row], *, is_closed: bool) -> Markup | None:
    if not rows:
        return None
    columns = [
        Column(_("Kind of gap")),
        Column(_("Of what"), is_quoted=True),
        Column(_("Period")),
        Column(_("What closed it") if is_closed else _("Evidence"), is_quoted=True, is_wide=True),
    ]
    cells = [
        [
            lines(row["kind_title"], _("kind %(kind)s") % {"kind": row["kind"]}),
            _of_what(contents, row),
            span(row["period_start"], row["period_end"])
            if row["period_start"] and row["period_end"]
            else _("no one period"),
            (row["resolution"] or _("it no longer holds")) if is_closed else row["evidence"] or "",
        ]
        for row in rows
    ]
    return table(caption, columns, cells, is_caption_hidden=True)


def _of_what(contents: Contents, row: Row) -> Markup:
    code = row.get("area_code") or row["service_id"]
    area = contents.areas.get(code) if code else None
    name = area.name if area else code or ""
    definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
    title = definition.title if definition else row["indicator_id"] or ""
    return lines(*(part for part in (title, name) if part)) if title or name else lines(_("the release as a whole"))


def _signs(counted: Row) -> str:
    up, down, withdrawn = (counted[f"of_all_{what}"] for what in ("up", "down", "withdrawn"))
    return _("%(up)s went up, %(down)s went down, %(withdrawn)s were withdrawn, %(other)s changed a marker.") % {
        "up": count(up),
        "down": count(down),
        "withdrawn": count(withdrawn),
        "other": count(max(0, counted["of_all"] - up - down - withdrawn)),
    }


def _revised_table(contents: Contents, revised: list[Row]) -> Markup | None:
    rows = []
    for row in revised:
        definition = contents.definitions.get((row["indicator_id"], row["definition_version"]))
        if definition is None:
            continue
        area = contents.areas.get(row["area_code"])
        name = area.name if area else row["area_code"]
        where: Markup | str = name
        if area and definition.key in area.lines:
            where = link(numbers_path(row["area_code"], *definition.key), name)
        rows.append(
            [
                lines(definition.title, "" if row["breakdown_id"] == "all" else row["breakdown_id"].replace("_", " ")),
                where,
                span(row["period_start"], row["period_end"]),
                lines(definition.value(row["earlier_value"], row["earlier_marker"]), row["earlier_delivery_id"] or ""),
                lines(
                    _("withdrawn") if row["is_withdrawn"] else definition.value(row["value"], row["value_marker"]),
                    row["delivery_id"] or "",
                ),
                number(row["moved"], definition.decimals) or _("not a number"),
            ]
        )
    if not rows:
        return None
    columns = [
        Column(_("Indicator")),
        Column(_("Place"), is_quoted=True),
        Column(_("Period")),
        Column(_("Before"), is_numeric=True),
        Column(_("Now"), is_numeric=True),
        Column(_("By"), is_numeric=True),
    ]
    return table(
        _("Values that were revised, the largest change in proportion first"), columns, rows, is_caption_hidden=True
    )
