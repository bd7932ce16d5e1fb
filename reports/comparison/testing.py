"""What the test over all models says, what it may be said to show, the pairs, and what could not have been seen."""

from __future__ import annotations

from markupsafe import Markup

from reports.claim_levels import LEAST_COVERAGE, LEAST_SERVICES, MOST_Q, EvidenceLacking, GroupsDiffer, Recorded, say
from reports.comparison.opening import period, used
from reports.comparisons import Comparison
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, number, percentage, probability, sentence_case, several
from reports.release import Row
from reports.tables import Column, lines, table


def said(shown: Comparison, definition: Definition) -> list[str]:
    """The test over all models, in sentences no stronger than the release bears out."""
    test = shown.test
    if test is None:
        return []
    if test["not_tested_reason"] or test["p_value"] is None:
        reason = str(test["not_tested_reason"] or _("the release gives no reason")).rstrip(". ")
        return [_("No test was run: {reason}.").format(reason=reason[:1].lower() + reason[1:])]
    found = [
        say(
            "labels_at_random",
            Recorded(),
            share=_share(test["p_value"]),
            p=probability(test["p_value"]),
            q=probability(test["q_value"]),
            tests=several(test["tests_in_family"], "test") + _(" of this typology and period"),
            method="Benjamini-Hochberg",
        )
    ]
    evidence = differ(shown)
    if evidence:
        found.append(say("groups_differ", evidence, q=probability(evidence.q_value), used=_used(shown)))
    elif test["q_value"] is not None and test["q_value"] <= MOST_Q:
        # The test came out as it would where models differ, so nothing may be said that denies it.
        found.append(
            say(
                "groups_not_said",
                Recorded(),
                least=LEAST_SERVICES,
                coverage=_share(LEAST_COVERAGE),
                services=_smallest(shown),
                used=_used(shown),
            )
        )
    else:
        power = detectable(shown, definition) or _("what could have been seen is not given in this release.")
        found.append(say("groups_not_told_apart", Recorded(), power=power[:1].lower() + power[1:]))
    if test["spread_within"] is not None and test["spread_between"] is not None:
        is_larger = test["spread_within"] > test["spread_between"]
        found.append(
            say(
                "spread_within_larger" if is_larger else "spread_between_larger",
                Recorded(),
                within=number(test["spread_within"], definition.decimals + 1),
                between=number(test["spread_between"], definition.decimals + 1),
                unit=definition.difference_unit,
                share=sentence_case(_share(test["share_between"])),
            )
        )
    return found


def differ(shown: Comparison) -> GroupsDiffer | None:
    """Evidence that groups differ, where the release says so and its figures bear it out."""
    test = shown.test
    if test is None or test["claim_level"] < GroupsDiffer.level or test["q_value"] is None:
        return None
    try:
        return GroupsDiffer(test["q_value"], _smallest(shown), float(shown.facts["coverage"]))
    except EvidenceLacking:
        return None


def _smallest(shown: Comparison) -> int:
    """Services of the smallest model that is tested."""
    return min((int(model["group_services"]) for model in shown.models if model["is_testable"]), default=0)


def how(shown: Comparison) -> str | None:
    """How it was tested: what was dealt, how often, and how many tests there were."""
    test = shown.test
    if test is None or test["p_value"] is None:
        return None
    dealt = (
        _("all {draws} ways to deal the labels were counted, so the test is exact").format(draws=count(test["draws"]))
        if test["is_exact"]
        else _("labels were dealt {draws} times at random, with seed {seed}").format(
            draws=count(test["draws"]), seed=test["seed"]
        )
    )
    return _(
        "The test is at the level of services: {services} of {models} in {strata} of nation and authority; {dealt}. "
        "Tests run here: one over all models and {pairs}. A model with too few services is shown and not tested."
    ).format(
        services=several(test["services_tested"], "service"),
        models=several(test["models_tested"], "model"),
        strata=several(test["strata"], "class", "classes"),
        dealt=dealt,
        pairs=several(test["pairs_tested"], "pair"),
    )


def detectable(shown: Comparison, definition: Definition) -> str | None:
    """What would have been missed: the range over pairs of the difference found four times in five."""
    pairs = [row for row in shown.pairs if row["detectable_difference"] is not None]
    if not pairs:
        return None
    near = min(pairs, key=lambda row: row["detectable_difference"])
    far = max(pairs, key=lambda row: row["detectable_difference"])
    if definition.apart(near["detectable_difference"]) == definition.apart(far["detectable_difference"]):
        return _("A difference smaller than {x} would be missed more than one time in five.").format(
            x=definition.apart(near["detectable_difference"])
        )
    return _(
        "A difference smaller than {near} ({pair_near}) to {far} ({pair_far}) would be missed more than one time in "
        "five."
    ).format(
        near=definition.apart(near["detectable_difference"]),
        far=definition.apart(far["detectable_difference"]),
        pair_near=_pair(shown, near),
        pair_far=_pair(shown, far),
    )


def pairs_table(shown: Comparison, definition: Definition) -> Markup | None:
    """Every pair of models: differences of each estimand, the test, and what could have been seen."""
    if not shown.pairs:
        return None
    has_pooled = any(row["difference_pooled"] is not None for row in shown.pairs)
    has_means = any(row["difference_random_effects"] is not None for row in shown.pairs)
    columns = [
        Column(_("First model, less the second")),
        Column(_("Services"), is_numeric=True),
        Column(_("The typical service (medians)"), is_numeric=True),
        Column(_("Mean of services"), is_numeric=True),
    ]
    if has_pooled:
        columns.append(Column(_("All children pooled"), is_numeric=True))
    if has_means:
        columns.append(Column(_("Partially pooled"), is_numeric=True))
    columns += [
        Column(_("p"), is_numeric=True),
        Column(_("p after Holm, over the pairs"), is_numeric=True),
        Column(_("Detectable difference"), is_numeric=True),
    ]
    rows = []
    for pair in shown.pairs:
        row: list[object] = [
            lines(
                _("{a}, less {b}").format(a=shown.model_label(pair["model_a"]), b=shown.model_label(pair["model_b"])),
                _("the typical service and all children pooled point in different directions")
                if pair["estimands_disagree"]
                else "",
            ),
            _("{a} and {b}").format(a=count(pair["services_a"]), b=count(pair["services_b"])),
            definition.difference(pair["difference_typical"]) or _("not given"),
            definition.difference(pair["difference_mean"]) or _("not given"),
        ]
        if has_pooled:
            row.append(definition.difference(pair["difference_pooled"]) or _("not given"))
        if has_means:
            row.append(definition.difference(pair["difference_random_effects"]) or _("not given"))
        row += [
            probability(pair["p_value"]) or _("not tested"),
            probability(pair["p_adjusted"]) or _("not tested"),
            _detectable(pair, definition),
        ]
        rows.append(row)
    caption = _("Pairs of models, {period}: differences ({unit}), {used} used").format(
        period=period(shown), unit=definition.difference_unit, used=used(shown)
    )
    return table(caption, columns, rows)


def _detectable(pair: Row, definition: Definition) -> Markup | str:
    if pair["detectable_difference"] is None:
        return _("not given")
    adjusted = pair["detectable_difference_adjusted"]
    return lines(
        number(pair["detectable_difference"], definition.decimals),
        "" if adjusted is None else _("{x} allowing for the pairs").format(x=number(adjusted, definition.decimals)),
    )


def _pair(shown: Comparison, pair: Row) -> str:
    return _("{a} and {b}").format(a=shown.model_label(pair["model_a"]), b=shown.model_label(pair["model_b"]))


def _used(shown: Comparison) -> str:
    return _("{used} used").format(used=used(shown))


def _share(part: float) -> str:
    """A share of 1 in whole per cent, that never rounds something to nothing."""
    return percentage(part, 1)
