"""A text that a spreadsheet would run as a formula, written so that it is shown instead: for every CSV a person opens.

A cell of a delivered file may begin with =, +, - or @, by accident or on purpose. An apostrophe before it keeps Excel
and LibreOffice from running it. Numbers, and signs alone (`-`, `..`), stay as they are.
"""

import re

_RUNS = r"^(?:[=@\t\r\n＝＠＋－]|[+\-](?![0-9.,]*\Z))"
# RE2 has no look-ahead: what runs, and which of that is only a number or a sign.
_BEGINS = "^[=@\\t\\r\\n＝＠＋－+\\-]"
_PLAIN = "^[+\\-][0-9.,]*$"
APOSTROPHE = "'"


def shown(cell: object) -> object:
    """A cell as a CSV may hold it: a text that would run has an apostrophe before it, anything else is as it was."""
    return APOSTROPHE + cell if isinstance(cell, str) and re.match(_RUNS, cell) else cell


def shown_sql(text: str) -> str:
    """The same as a DuckDB expression over an expression of type VARCHAR."""
    # Nearly every text begins with a letter or digit: comparing is far cheaper than matching.
    may = f"({text} < '0' or ({text} >= ':' and {text} < 'A') or {text} >= '＋')"
    return (
        f"case when {may} and regexp_matches({text}, '{_BEGINS}') and not regexp_matches({text}, '{_PLAIN}')"
        f" then '''' || {text} else {text} end"
    )
