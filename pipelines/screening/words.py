"""The words that text and page share: verdicts, severities, stages, counts."""

VERDICTS = {
    "accepted": "accepted",
    "accepted_in_part": "accepted in part",
    "refused": "refused",
    "unchanged": "known already",
}
VERDICTS_EXPLAINED = {
    "accepted": "Every figure that is asked for would be loaded.",
    "accepted_in_part": "What is sound would be loaded; what is named below would be set aside until it is mended.",
    "refused": "Nothing of the file would be loaded until what is named below is mended.",
    "unchanged": "The same file came before: there is nothing to do.",
}
PROBLEM = "problem"
"""An error that sets no cell aside by itself: it speaks of a group, of metadata, or of a sum."""
SEVERITIES = {"refuse": "refused", "error": "set aside", "warning": "warning", "note": "note"}
STAGES = {
    "file": "The file",
    "structure": "Structure",
    "columns": "Columns",
    "time": "Periods",
    "geography": "Places",
    "filters": "Measures and breakdowns",
    "indicators": "Values",
    "identities": "Figures against figures",
    "coverage": "Coverage",
    "last_delivery": "Against the last delivery",
}


def several(number: int, one: str, more: str | None = None) -> str:
    """A count with its noun, in the singular where it is one."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def size(bytes_: int) -> str:
    """A file's size: bytes up to a thousand, then kB and MB of a thousand each, as file managers show it."""
    if bytes_ < 1000:
        return several(bytes_, "byte")
    return f"{bytes_ / 1000:,.1f} kB" if bytes_ < 1_000_000 else f"{bytes_ / 1_000_000:,.1f} MB"


def place(finding: dict[str, object]) -> str:
    """Where a finding stands, as far as it says: sheet, row, column."""
    return ", ".join(f"{word} {finding[word]}" for word in ("sheet", "row", "column") if finding[word] is not None)
