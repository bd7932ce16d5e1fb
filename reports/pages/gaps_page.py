"""The gap ledger in the large: how many of each kind, what each means, who can close it, and how."""

from __future__ import annotations

from markupsafe import Markup

from reports import gap_lists, gaps
from reports.contents import Contents
from reports.language import _
from reports.numbers import count, several
from reports.page import Page
from reports.release import Row
from reports.tables import Column, lines, table
from reports.vocabulary import label

_TESTS = {
    "unit": "Does the figure belong to exactly one service?",
    "time": "Was one model in force over the whole exposure window?",
    "evidence": "Does dated evidence say which model, without conflict?",
    "measure": "Is it measured the same way as what it is compared with?",
    "return": "Is there a published value at all?",
    "credit": "Is it counted once?",
    "size": "Is it large enough to publish and to hold still?",
    "claim": "Does the text stay within the evidence?",
    "": "Kinds that this version has no words for",
}


def page(contents: Contents) -> Page:
    """The gaps page."""
    release, balances = contents.release, contents.balances
    kinds = contents.kinds_of_gap
    total = sum(kind["gaps"] for kind in kinds)
    new = sum(kind["newly_opened"] for kind in kinds)
    effects = gaps.effects(release)
    return Page(
        path="gaps.html",
        template="gaps.html",
        title=_("What cannot be attributed, and why"),
        section="gaps",
        balance=balances.of(),
        context={
            "total": total,
            "sentence": _sentence(total, new, kinds),
            "owners": _owners_table(gaps.owners(release)),
            "tests": _by_test(kinds),
            "not_found": gaps.not_found(kinds),
            "of_words": gaps.of_words(),
            "not_detectable": gaps.not_detectable(),
            "balances": balances.of(),
            "csv": gap_lists.ledger_path(release),
            "effects": _effects_table(effects) if effects else "",
            "effects_csv": "data/gap_effects.csv",
            "lists": [
                (_("By service and area"), gap_lists.by_area(contents), _("Find a service or area")),
                (_("By indicator"), gap_lists.by_indicator(contents), _("Find an indicator")),
                (_("By year"), gap_lists.by_year(contents), ""),
                (_("By age"), gap_lists.by_age(contents), ""),
            ],
            "that_matter": gap_lists.that_matter(contents),
            "chips": "|".join(kind["title"] for kind in kinds if kind["would_change_answer"]),
        },
    )


def _sentence(total: int, new: int, kinds: list[Row]) -> str:
    if not total:
        return "This release has no open gap: every value in scope is attributed."
    blocking = sum(kind["gaps"] for kind in kinds if kind["is_blocking"])
    return (
        f"This release has {several(total, 'open gap')} of {several(len(kinds), 'kind')}. "
        f"{count(blocking)} stop attribution; the others are caveats, or bear on comparison or publication. "
        f"{count(new)} were opened in this release. "
        f"{_closing(sum(kind['would_change_answer'] for kind in kinds))}"
    )


def _closing(changing: int) -> str:
    if not changing:
        return "No single one of them, closed alone, would give a comparison another answer."
    return f"{count(changing)} of them, closed alone, would give a comparison another answer."


def _owners_table(owners: list[Row]) -> Markup:
    columns = [Column(_("Who can close it"))]
    columns += [Column(words, is_numeric=True) for words in (_("Gaps"), _("Stop attribution"), _("Kinds"))]
    rows = [[row["owner"], count(row["gaps"]), count(row["blocking"]), count(row["kinds"])] for row in owners]
    return table(_("Open gaps by who can close them"), columns, rows, is_caption_hidden=True)


def _effects_table(effects: list[Row]) -> Markup:
    columns = [
        Column(_("What changes"), width="15%"),
        Column(_("Kind of gap, and how it closes"), is_wide=True, width="29%"),
        Column(_("Gaps"), is_numeric=True, width="8%"),
        Column(_("Comparisons"), is_numeric=True, width="10%"),
        Column(_("The largest change, or the latest"), is_wide=True, width="38%"),
    ]
    rows = [
        [
            row["effect"],
            lines(row["title"], f"kind {row['kind']}", f"closed by: {row['resolved_by']}"),
            lines(count(row["gaps"]), "closed together" if row["is_whole_kind"] else "one at a time"),
            count(row["comparisons"]),
            _example(row["example"]),
        ]
        for row in effects
    ]
    return table(_("Gaps that matter to an answer"), columns, rows, is_caption_hidden=True)


def _example(example: Row) -> Markup:
    medians = ""
    if example["before"] is not None and example["after"] is not None:
        before, after = (f"{example[name]:,.{example['decimals']}f}" for name in ("before", "after"))
        medians = f"median from {before} to {after}"
    service = f"{example['service']} as {example['model']}" if example["service"] else ""
    used = f"{example['used']} of {example['in_scope']} services used"
    period = f"{example['period_start']} to {example['period_end']}"
    return lines(example["indicator"], period, *(part for part in (service, medians, used) if part))


def _by_test(kinds: list[Row]) -> list[tuple[str, str, Markup]]:
    """For each test of attribution: its question and the kinds that fail it."""
    columns = [
        Column(_("Kind of gap"), width="25%"),
        Column(_("Gaps"), is_numeric=True, width="9%"),
        Column(_("Values"), is_numeric=True, width="9%"),
        Column(_("Sets"), width="15%"),
        Column(_("Who can close it, and how"), is_wide=True, width="20%"),
        Column(_("An example of the evidence"), is_quoted=True, is_wide=True, width="22%"),
    ]
    found = []
    for test, question in _TESTS.items():
        rows = [
            [
                lines(kind["title"], f"kind {kind['kind']}", f"shown as: {kind['shows']}" if kind["shows"] else ""),
                lines(
                    count(kind["gaps"]),
                    f"{count(kind['newly_opened'])} new" if kind["newly_opened"] else "",
                    f"{count(kind['would_change_answer'])} matter" if kind["would_change_answer"] else "",
                ),
                count(kind["observations"]),
                _sets(kind),
                lines(kind["owner"], kind["resolved_by"]),
                lines(kind["example"] or "", kind["example_locator"] or ""),
            ]
            for kind in kinds
            if kind["test"] == test
        ]
        if rows:
            found.append((test, question, table(f"Gaps: {question}", columns, rows, is_caption_hidden=True)))
    return found


def _sets(kind: Row) -> Markup:
    if not kind["sets_value"]:
        return lines("nothing", "noted only")
    words = label(kind["sets_field"], kind["sets_value"]) if kind["sets_field"] else kind["sets_value"]
    if kind["sets_field"] == "disclosure_status":
        words = f"[{kind['sets_value']}]"
    return lines(words, "stops attribution" if kind["is_blocking"] else "does not stop attribution")
