"""The language of a render: every string of ours that a person reads passes through here, in Python and in templates.

Catalogues are compiled gettext files under reports/locales/<language>/LC_MESSAGES/dovetail.mo; English is what the
strings are written in and needs none. How to extract and translate them: docs/guides/translate.md. Words that come from
data are never translated.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib import resources

SOURCE = "en"
"""The language in which the strings stand in the code."""

_ENGLISH = gettext.NullTranslations()
_spoken: ContextVar[tuple[str, gettext.NullTranslations]] = ContextVar("spoken", default=(SOURCE, _ENGLISH))


class LanguageUnknown(Exception):
    """There is no catalogue of this language; the message names those that there are."""


def _(message: str) -> str:
    """A string of ours in the language of this render."""
    return _spoken.get()[1].gettext(message)


def ngettext(one: str, more: str, how_many: float) -> str:
    """A string that counts something, in the form that the number asks for."""
    # A half of something takes the form of many: gettext knows whole numbers only.
    return _spoken.get()[1].ngettext(one, more, int(how_many) if float(how_many).is_integer() else 2)


def code() -> str:
    """The language of this render as HTML names it, such as en or cy."""
    return _spoken.get()[0]


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language until the end of the block.

    Raises:
        LanguageUnknown: no catalogue is there.
    """
    token = _spoken.set((language, catalogue(language)))
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The translations into a language.

    Raises:
        LanguageUnknown: no catalogue is there.
    """
    if language == SOURCE:
        return _ENGLISH
    file = resources.files("reports") / "locales" / language / "LC_MESSAGES" / "dovetail.mo"
    if language not in languages():
        raise LanguageUnknown(
            f"The reports are not translated into {language!r}: there are {', '.join(languages())}. "
            "How to add a language: docs/guides/translate.md."
        )
    with file.open("rb") as open_file:
        return gettext.GNUTranslations(open_file)


def languages() -> list[str]:
    """Languages that a report may be rendered in, the source language first."""
    home = resources.files("reports") / "locales"
    found = home.iterdir() if home.is_dir() else iter(())
    held = (place.name for place in found if (place / "LC_MESSAGES" / "dovetail.mo").is_file())
    return [SOURCE, *sorted(held)]
