"""What cannot be said of a service or authority, and why: its open gaps by kind, and the returns that did not come."""

from __future__ import annotations

from markupsafe import Markup

from reports.areas import Area
from reports.contents import Contents
from reports.language import _
from reports.numbers import count, several
from reports.periods import span
from reports.release import Row
from reports.tables import Column, lines, table, tag


def by_kind(contents: Contents, area: Area) -> list[Row]:
    """The open gaps of an area over all indicators, those that stop attribution first."""
    found: dict[str, Row] = {}
    for (indicator_id, _version), kinds in contents.gaps_of_area.get(area.area_code, {}).items():
        for gap in kinds:
            of_kind = found.setdefault(gap["kind"], {**gap, "gaps": 0, "observations": 0, "indicators": set()})
            of_kind["gaps"] += gap["gaps"]
            of_kind["observations"] += gap["observations"]
            of_kind["indicators"] |= {indicator_id} - {""}
    return sorted(found.values(), key=lambda gap: (not gap["is_blocking"], -gap["gaps"], gap["kind"]))


def sentence(gap: Row) -> Markup:
    """One kind of gap in a sentence, with its latest evidence and who can close it."""
    reach = (
        _("%(values)s of %(indicators)s")
        % {
            "values": several(gap["observations"], _("value"), _("values")),
            "indicators": several(len(gap["indicators"]), _("indicator"), _("indicators")),
        }
        if gap["observations"]
        else several(gap["gaps"], _("gap"), _("gaps"))
    )
    effect = tag(_("Stops attribution"), "yellow") if gap["is_blocking"] else tag(_("Caveat"))
    example = Markup(" <span data-quoted>{}</span>").format(gap["example"]) if gap["example"] else ""
    closes = _("Can close it: %(owner)s, with %(what)s.") % {"owner": gap["owner"], "what": gap["resolved_by"]}
    if str(gap["owner"]).startswith("nobody"):
        closes = _("Nobody can close it: it is a fact.")
    return Markup('{} <strong>{}</strong> ({}).{} <span class="dv-second">{}</span>').format(
        effect, gap["kind_title"], reach, example, closes
    )


def others_table(gaps: list[Row]) -> Markup | None:
    """Those that do not stand in the box."""
    if not gaps:
        return None
    columns = [
        Column(_("Why"), width="28%"),
        Column(_("Values"), is_numeric=True, width="9%"),
        Column(_("Stops attribution"), width="11%"),
        Column(_("Who can close it"), width="17%"),
        Column(_("The latest evidence"), is_quoted=True, is_wide=True),
    ]
    rows = [
        [
            lines(gap["kind_title"], _("kind %(kind)s") % {"kind": gap["kind"]}),
            count(gap["observations"]),
            _("yes") if gap["is_blocking"] else _("no"),
            gap["owner"],
            gap["example"] or "",
        ]
        for gap in gaps
    ]
    return table(_("Other gaps, by kind"), columns, rows, is_caption_hidden=True)


def of_returns(contents: Contents, missing: list[Row]) -> str:
    """The returns that were expected and are not there, in a sentence; empty where none is missing."""
    if not missing:
        return ""
    named = _("; ").join(
        _("“%(dataset)s” for %(period)s")
        % {"dataset": contents.sources.title(row["source_id"]), "period": span(row["period_start"], row["period_end"])}
        for row in missing[:3]
    )
    more = _("; and %(count)s more") % {"count": count(len(missing) - 3)} if len(missing) > 3 else ""
    return _("%(returns)s did not come or could not be taken: %(named)s%(more)s.") % {
        "returns": several(len(missing), _("expected return"), _("expected returns")),
        "named": named,
        "more": more,
    }
