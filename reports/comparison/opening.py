"""What a comparison page opens with: what is compared, when, over how many services, and what is left out and why."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from reports.claim_levels import Recorded, say
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, number, several, share, within_sentence
from reports.periods import span
from reports.tables import Column, table
from reports.vocabulary import markers_in

DOES_NOT_JUDGE = "This describes; it does not judge what worked."


def period(shown: Comparison) -> str:
    """The period of a comparison in words."""
    return span(shown.facts["period_start"], shown.facts["period_end"])


def used(shown: Comparison) -> str:
    """Services used of those in scope."""
    return share(shown.used, shown.in_scope, _("services in scope"))


def opening(shown: Comparison, definition: Definition, typology: str) -> Markup:
    """The mandatory first sentence: what, when, services used of those in scope, exclusions by reason; no judgement."""
    excluded = shown.exclusions()
    left_out = sum(n for _kind, _reason, n in excluded)
    reasons = ", ".join(f"{within_sentence(reason)} ({count(n)})" for _kind, reason, n in excluded)
    sentence = _(
        "{what}, {period}, across services by structural model: {typology}. {used} {are} used; {left_out}. {end}"
    )
    return Markup(sentence).format(
        what=definition.title,
        period=period(shown),
        typology=typology,
        used=used(shown),
        are=_("can be") if shown.is_refused else _("are"),
        left_out=_("{n} are left out: {reasons}").format(n=count(left_out), reasons=reasons)
        if left_out
        else _("none is left out"),
        end=_(DOES_NOT_JUDGE),
    )


def finding(shown: Comparison, definition: Definition) -> str:
    """The title of the chart: how far medians lie apart beside how far services of one model do."""
    with_median = [model for model in shown.models if model["median"] is not None and model["is_testable"]]
    if len(with_median) < 2:
        return _("Each of {services}, by structural model").format(services=several(shown.used, "service"))
    medians = [model["median"] for model in with_median]
    widths = [model["upper_quartile"] - model["lower_quartile"] for model in with_median]
    return say(
        "medians_lie",
        Recorded(),
        apart=definition.apart(max(medians) - min(medians)),
        narrow=number(min(widths), definition.decimals),
        wide=number(max(widths), definition.decimals),
        unit=definition.difference_unit,
    )


def exclusions_table(shown: Comparison) -> Markup | None:
    """Services left out, by reason; None where none is."""
    rows = [[reason, kind or _("none"), count(n)] for kind, reason, n in shown.exclusions()]
    if not rows:
        return None
    return table(
        _("Services left out, by reason, {period}").format(period=period(shown)),
        [Column(_("Reason")), Column(_("Kind of gap")), Column(_("Services"), is_numeric=True)],
        rows,
    )


def without_value(shown: Comparison) -> str | None:
    """Services in scope that have no value, by reason: they are no dots, and they are not forgotten."""
    without = [row for row in shown.services if row["value"] is None]
    if not without:
        return None
    marks = Counter(row["value_marker"] for row in without)
    meanings = dict(markers_in(set(marks) - {None}))
    reasons = ", ".join(
        f"{meanings[mark] if mark else _('no row published')} ({count(n)})"
        for mark, n in sorted(marks.items(), key=lambda item: (-item[1], item[0] or ""))
    )
    has = _("has") if len(without) == 1 else _("have")
    return _("{services} in scope {has} no value to draw: {reasons}.").format(
        services=several(len(without), "service"), has=has, reasons=reasons
    )
