"""The gap ledger in the large: how many of each kind, what each means, who can close it, and how."""

from __future__ import annotations

from markupsafe import Markup

from reports import gaps
from reports.balance import Balances
from reports.numbers import count, several
from reports.page import Page
from reports.release import Release, Row
from reports.tables import Column, lines, table
from reports.vocabulary import label

EFFECTS_SHOWN = 25

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


def page(release: Release, balances: Balances) -> Page:
    """The gaps page."""
    kinds = gaps.kinds(release)
    total = sum(kind["gaps"] for kind in kinds)
    new = sum(kind["newly_opened"] for kind in kinds)
    effects = gaps.effects(release)
    return Page(
        path="gaps.html",
        template="gaps.html",
        title="What cannot be attributed, and why",
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
            "csv": "data/attribution_gaps.csv",
            "effects": _effects_table(effects[:EFFECTS_SHOWN]) if effects else "",
            "effects_sentence": _effects_sentence(effects),
            "effects_csv": "data/gap_effects.csv",
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
    columns = [Column("Who can close it")]
    columns += [Column(words, is_numeric=True) for words in ("Gaps", "Stop attribution", "Kinds")]
    rows = [[row["owner"], count(row["gaps"]), count(row["blocking"]), count(row["kinds"])] for row in owners]
    return table("Open gaps by who can close them", columns, rows, is_caption_hidden=True)


def _effects_sentence(effects: list[Row]) -> str:
    if len(effects) <= EFFECTS_SHOWN:
        return ""
    return f"The first {EFFECTS_SHOWN} of {count(len(effects))} stand here."


def _effects_table(effects: list[Row]) -> Markup:
    columns = [
        Column("Gap closed", width="24%"),
        Column("Comparison", is_wide=True, width="26%"),
        Column("Service, and model it would stand under", is_wide=True, width="26%"),
        Column("What changes", width="24%"),
    ]
    rows = [
        [
            lines(row["title"], f"kind {row['kind']}", f"closed by: {row['resolved_by']}"),
            lines(row["indicator"], f"{row['period_start']} to {row['period_end']}"),
            lines(row["service_name"] or f"{several(row['gaps'], 'service')} with this gap alone", row["model"] or ""),
            lines(row["effect"], _medians(row), f"{row['services_used_after']} of {row['services_in_scope']} used"),
        ]
        for row in effects
    ]
    return table("Gaps that matter to an answer", columns, rows, is_caption_hidden=True)


def _medians(row: Row) -> str:
    if row["effect"] != "moves the median":
        return ""
    before, after = (f"{row[name]:,.{row['decimals']}f}" for name in ("median_before", "median_after"))
    return f"from {before} to {after}"


def _by_test(kinds: list[Row]) -> list[tuple[str, str, Markup]]:
    """For each test of attribution: its question and the kinds that fail it."""
    columns = [
        Column("Kind of gap", width="25%"),
        Column("Gaps", is_numeric=True, width="9%"),
        Column("Values", is_numeric=True, width="9%"),
        Column("Sets", width="15%"),
        Column("Who can close it, and how", is_wide=True, width="20%"),
        Column("An example of the evidence", is_quoted=True, is_wide=True, width="22%"),
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
