"""Texts of delivered files on a terminal: one line each, with nothing in them that a terminal would obey.

A header may hold a line break, and a file or sheet name an escape sequence. Forms for programs (JSON, Parquet) keep
every text as it came.
"""

import unicodedata

_OBEYED = ("Cc", "Cf", "Zl", "Zp", "Cs")
"""Kinds of character that do rather than show: control, format (text turned round), line and paragraph ends, halves."""


def one_line(text: str) -> str:
    """The text with a space for a line break or tab; any other such character is written out, as Python writes it."""
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if unicodedata.category(character) not in _OBEYED:
        return character
    return " " if character in "\t\n\r" else character.encode("unicode_escape").decode()
