"""The front page: what this release is, what came in, what is covered, the balance, and what cannot be said."""

from __future__ import annotations

from markupsafe import Markup

from reports import gap_lists
from reports.balance import Balances
from reports.comparisons import Comparison, headline
from reports.contents import Contents
from reports.datasets import Sources
from reports.definitions import Definition
from reports.language import _
from reports.numbers import count, percentage, several, share
from reports.page import Page, comparison_path, indicator_path
from reports.periods import day, moment, published_as, span
from reports.release import Release, Row
from reports.tables import Column, breakable, lines, link, table, tag
from reports.vocabulary import label

_DELIVERIES = """
select
    source_id, count(*) as deliveries,
    count(*) filter (verdict = 'accepted') as accepted,
    count(*) filter (verdict = 'accepted_in_part') as accepted_in_part,
    count(*) filter (verdict = 'refused') as refused,
    count(*) filter (verdict = 'unchanged') as unchanged,
    coalesce(sum(rows_landed), 0)::bigint as rows_landed, coalesce(sum(cells_in), 0)::bigint as cells_in,
    coalesce(sum(cells_landed), 0)::bigint as cells_landed,
    coalesce(sum(cells_quarantined), 0)::bigint as cells_quarantined,
    coalesce(sum(cells_out_of_scope), 0)::bigint as cells_out_of_scope
from deliveries
group by source_id
order by source_id nulls last
"""


def page(contents: Contents) -> Page:
    """The front page."""
    release, balances = contents.release, contents.balances
    definitions, comparisons = contents.definitions, contents.compared
    deliveries = release.rows(_DELIVERIES)
    kinds = contents.kinds_of_gap
    pages = [headline(found) for found in comparisons.values()]
    return Page(
        path="index.html",
        template="index.html",
        title=f"Release {release.release_id}",
        section="overview",
        balance=balances.of(),
        context={
            "ledger": gap_lists.ledger_path(release),
            "summary": _summary(release, deliveries, balances),
            "tiles": _tiles(balances, deliveries, pages, release.checks),
            "deliveries": _deliveries_table(deliveries, contents.sources),
            "indicators": _indicators_tables(definitions, contents.coverage, comparisons, balances),
            "coverage": _coverage_table(definitions, comparisons, balances),
            "balances": balances.of(),
            "outside": balances.outside_every_typology,
            "current": balances.current_observations,
            "gaps": _gaps_table([kind for kind in kinds if kind["is_blocking"]]),
            "other_gaps": sum(kind["gaps"] for kind in kinds if not kind["is_blocking"]),
            "checks": _checks_table(release.checks),
            "all_checks": _all_checks_table(release.checks),
            "checks_sentence": _checks_sentence(release.checks),
        },
    )


def _summary(release: Release, deliveries: list[Row], balances: Balances) -> str:
    built = f"Built on {moment(release.built_at)}. " if release.built_at else ""
    what = (
        "Everything in it is invented: places, services and figures. "
        if release.is_fictional
        else "Its figures are as published; what was summed or computed from them says so. "
    )
    arrived = sum(row["deliveries"] for row in deliveries)
    return (
        f"{built}{what}It holds {count(balances.current_observations)} current values from "
        f"{several(arrived, 'delivery', 'deliveries')}."
    )


def _tiles(
    balances: Balances, deliveries: list[Row], comparisons: list[Comparison], checks: list[Row]
) -> list[tuple[str, str, str]]:
    """Figure, what it is, and one line more."""
    arrived = sum(row["deliveries"] for row in deliveries)
    taken = sum(row["accepted"] + row["accepted_in_part"] for row in deliveries)
    refused = sum(row["refused"] for row in deliveries)
    in_scope = sum(balance.in_scope for balance in balances.of())
    attributed = sum(balance.attributed for balance in balances.of())
    shown = sum(not comparison.is_refused for comparison in comparisons)
    blocking = [check for check in checks if check["is_blocking"]]
    unchanged = arrived - taken - refused
    warned = sum(check["outcome"] == "warn" for check in checks)
    refusals = len(comparisons) - shown
    return [
        (
            f"{count(taken)} of {count(arrived)}",
            "deliveries accepted",
            f"{count(refused)} refused, {count(unchanged)} unchanged",
        ),
        (
            percentage(attributed, in_scope) if in_scope else "None",
            "of values in scope attributed",
            f"{count(attributed)} of {count(in_scope)}, by typology; each of the others is explained",
        ),
        (
            f"{count(shown)} of {count(len(comparisons))}",
            "comparisons shown",
            "the others are refused, with the reason" if refusals else "none is refused in its latest period",
        ),
        (
            f"{count(sum(check['outcome'] == 'pass' for check in blocking))} of {count(len(blocking))}",
            "blocking checks passed",
            f"{several(warned, 'check')} warned" if warned else "no check warned",
        ),
    ]


def _deliveries_table(deliveries: list[Row], sources: Sources) -> Markup:
    columns = [
        Column(_("Dataset"), is_quoted=True),
        Column(_("Deliveries"), is_numeric=True),
        Column(_("Accepted"), is_numeric=True),
        Column(_("In part"), is_numeric=True),
        Column(_("Refused"), is_numeric=True),
        Column(_("Unchanged"), is_numeric=True),
        Column(_("Cells in"), is_numeric=True),
        Column(_("=\u00a0landed"), is_numeric=True),
        Column(_("+\u00a0quarantined"), is_numeric=True),
        Column(_("+\u00a0out of scope"), is_numeric=True),
    ]
    rows: list[list[object]] = [[_dataset(row["source_id"], sources), *_counts(row)] for row in deliveries]
    if len(rows) > 1:
        totals = {name: sum(row[name] for row in deliveries) for name in deliveries[0] if name != "source_id"}
        rows.append([Markup("<strong>All datasets</strong>"), *_counts(totals)])
    return table(_("Deliveries and their cells, by dataset"), columns, rows, is_caption_hidden=True)


def _counts(row: Row) -> list[object]:
    verdicts = ("deliveries", "accepted", "accepted_in_part", "refused", "unchanged")
    return [
        *(count(row[name]) for name in verdicts),
        count(row["cells_in"]),
        lines(count(row["cells_landed"]), several(row["rows_landed"], "row")),
        count(row["cells_quarantined"]),
        count(row["cells_out_of_scope"]),
    ]


def _dataset(source_id: str | None, sources: Sources) -> Markup | str:
    if source_id is None:
        return "Not recognised as any dataset"
    title = sources.title(source_id)
    known_as = breakable(source_id) if title != source_id else ""
    return lines(breakable(title), known_as, sources.publishers.get(source_id, ""))


def _indicators_tables(
    definitions: dict[tuple[str, str], Definition],
    coverage: dict[str, list[Row]],
    comparisons: dict[tuple[str, str], list[Comparison]],
    balances: Balances,
) -> list[tuple[str, Markup]]:
    """For each programme: its indicators with their latest period, values and comparisons."""
    columns = [
        Column(_("Indicator"), width="38%"),
        Column(_("Latest period"), width="20%"),
        Column(_("Places with a value"), is_numeric=True, width="14%"),
        Column(_("Comparison by structural model"), width="28%"),
    ]
    by_programme: dict[str, list[list[object]]] = {}
    done: set[str] = set()
    for definition in definitions.values():
        indicator_id = definition.indicator_id
        if indicator_id in done or indicator_id not in coverage:
            continue
        done.add(indicator_id)
        latest = coverage[indicator_id][0]
        # The finest kind of area below a region says how complete the period is.
        held = [row for row in coverage[indicator_id] if row["period_end"] == latest["period_end"]]
        held = [row for row in held if row["area_type"] not in ("country", "region")] or held
        fullest = max(held, key=lambda row: (row["places"], row["with_value"]))
        links = [
            _comparison_cell(headline(found), balances)
            for (indicator, _), found in comparisons.items()
            if indicator == indicator_id
        ]
        by_programme.setdefault(definition.programme or "Other", []).append(
            [
                lines(link(indicator_path(indicator_id), definition.title), definition.official_number or ""),
                lines(
                    span(latest["period_start"], latest["period_end"]),
                    "each place on its own date" if latest["is_event"] else published_as(latest["period_label"]),
                ),
                share(fullest["with_value"], fullest["places"]),
                Markup("<br>").join(links) if links else "none: too few services, or not of a kind that is compared",
            ]
        )
    return [
        (programme, table(f"Indicators: {programme}", columns, rows, is_caption_hidden=True))
        for programme, rows in by_programme.items()
    ]


def _comparison_cell(shown: Comparison, balances: Balances) -> Markup:
    typology = balances.title(shown.facts["typology_id"]).split(" (")[0]
    result = tag("Refused") if shown.is_refused else tag("Shown", "blue")
    where = comparison_path(shown.facts["indicator_id"], shown.facts["typology_id"])
    return Markup("{} {}").format(
        result, lines(link(where, typology), f"{count(shown.used)} of {count(shown.in_scope)} services used")
    )


def _coverage_table(
    definitions: dict[tuple[str, str], Definition],
    comparisons: dict[tuple[str, str], list[Comparison]],
    balances: Balances,
) -> tuple[Markup, int] | None:
    rows: list[list[object]] = []
    for (indicator_id, typology_id), found in comparisons.items():
        for comparison in found:
            rows.append(
                [
                    link(comparison_path(indicator_id, typology_id), definitions[comparison.key].title),
                    span(comparison.facts["period_start"], comparison.facts["period_end"]),
                    breakable(comparison.facts["source_id"]),
                    balances.title(typology_id).split(" (")[0],
                    share(comparison.used, comparison.in_scope),
                    "Refused" if comparison.is_refused else "Shown",
                ]
            )
    if not rows:
        return None
    columns = [
        Column(_("Indicator")),
        Column(_("Period")),
        Column(_("Dataset"), is_quoted=True),
        Column(_("Typology")),
        Column(_("Services used of in scope"), is_numeric=True),
        Column(_("Comparison")),
    ]
    return table(_("Coverage by indicator and period"), columns, rows, is_caption_hidden=True), len(rows)


def _gaps_table(kinds: list[Row]) -> Markup | None:
    if not kinds:
        return None
    rows = [
        [
            lines(kind["title"], f"kind {kind['kind']}"),
            count(kind["observations"]),
            count(kind["gaps"]),
            kind["owner"],
            kind["resolved_by"],
        ]
        for kind in kinds
    ]
    columns = [
        Column(_("Why a value is not attributable")),
        Column(_("Values"), is_numeric=True),
        Column(_("Gaps"), is_numeric=True),
        Column(_("Who can close it")),
        Column(_("What would close it"), is_wide=True),
    ]
    return table(_("Gaps that stop attribution, by kind"), columns, rows, is_caption_hidden=True)


def _checks_sentence(checks: list[Row]) -> str:
    blocking = [check for check in checks if check["is_blocking"]]
    passed = sum(check["outcome"] == "pass" for check in blocking)
    warned = sum(check["outcome"] == "warn" for check in checks)
    failed = sum(check["outcome"] == "fail" for check in checks)
    words = f"{count(passed)} of {several(len(blocking), 'blocking check')} passed"
    rest = [
        f"{several(n, 'check')} {verb}" for n, verb in ((warned, "warned"), (failed, "failed without blocking")) if n
    ]
    return f"{words}. {'; '.join(rest)}." if rest else f"{words}. None warned."


def _checks_table(checks: list[Row]) -> Markup:
    groups: dict[tuple[str, str], list[Row]] = {}
    for check in checks:
        groups.setdefault((check["stage"], check["tool"]), []).append(check)
    stages = {"landing": 0, "warehouse": 1, "attribution": 2, "release": 3}
    rows = [
        [
            label("check_stage", stage),
            label("check_tool", tool),
            count(len(group)),
            count(sum(check["outcome"] == "pass" for check in group)),
            count(sum(check["outcome"] == "warn" for check in group)),
            count(sum(check["outcome"] == "fail" for check in group)),
        ]
        for (stage, tool), group in sorted(groups.items(), key=lambda item: (stages.get(item[0][0], 9), item[0][1]))
    ]
    columns = [Column(_("Stage")), Column(_("Tool"))]
    columns += [Column(words, is_numeric=True) for words in (_("Checks"), _("Passed"), _("Warned"), _("Failed"))]
    return table(_("Checks by stage and tool"), columns, rows, is_caption_hidden=True)


def _all_checks_table(checks: list[Row]) -> Markup:
    order = {"fail": 0, "warn": 1, "pass": 2}
    rows = [
        [
            lines(check["title"] or check["check_id"], check["check_id"]),
            label("check_stage", check["stage"]),
            label("outcome", check["outcome"]),
            "yes" if check["is_blocking"] else "no",
            count(check.get("failing_rows") or 0),
            _keys(check.get("failing_keys")),
        ]
        for check in sorted(
            checks, key=lambda check: (order.get(check["outcome"], 0), check["stage"], check["check_id"])
        )
    ]
    columns = [
        Column(_("Check")),
        Column(_("Stage")),
        Column(_("Outcome")),
        Column(_("Blocks")),
        Column(_("Rows that fail"), is_numeric=True),
        Column(_("Which"), is_quoted=True, is_wide=True),
    ]
    return table(_("Every check"), columns, rows, is_caption_hidden=True)


def _keys(keys: object) -> str:
    if not keys:
        return ""
    return ", ".join(map(str, keys)) if isinstance(keys, (list, tuple)) else str(keys)


def built_on(release: Release) -> str:
    """The day of the build, for the foot of each page."""
    return day(release.built_at) if release.built_at else "no time given"
