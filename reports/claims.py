"""The claim linter: no page may say more than its evidence supports.

It reads what a person reads or hears: visible text, titles and labels. The rules are data (claims.yml). Text of ours
that breaks a rule stops the site. Words quoted from data (inside an element marked `data-quoted`: names, evidence,
citations, reasons that people gave; and the names of indicators that are never compared, wherever one stands in
full) are someone else's: they are found and reported as such, and stand, because a quotation that is altered is no
quotation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from html import unescape
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import yaml

_ATTRIBUTES = ("aria-label", "title", "alt", "content")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_INLINE = frozenset(
    ("a", "abbr", "b", "cite", "code", "em", "i", "q", "small", "span", "strong", "sub", "sup", "tspan", "time", "wbr")
)

_INLINE_TAG = re.compile(rf"</?(?:{'|'.join(sorted(_INLINE))})\b[^>]*>")
_BLOCK_TAGS = re.compile(r"(?:<[^>]*>\s*)+")
_ATTRIBUTE = re.compile(rf' (?:{"|".join(_ATTRIBUTES)})="([^"]*)"')


class ClaimRefused(Exception):
    """A page makes a claim; the message names page, sentence and rule."""


@dataclass(frozen=True)
class Claim:
    """A sentence that breaks a rule."""

    page: str
    rule: str
    words: str
    sentence: str
    is_quoted: bool

    def __str__(self) -> str:
        where = "in words quoted from data" if self.is_quoted else "in the page's own words"
        return f"{self.page}: {where}: {self.words!r} ({self.rule}) in: {self.sentence}"


@dataclass(frozen=True)
class _Rule:
    name: str
    pattern: re.Pattern[str]
    unless_polarity: bool


@dataclass(frozen=True)
class _Text:
    """A run of text from one block element: its pieces with, for each, whether it is quoted and has a polarity."""

    pieces: tuple[tuple[str, bool, bool], ...]

    def joined(self) -> str:
        return "".join(text for text, _, _ in self.pieces)

    def holds_throughout(self, start: int, end: int, flag: int) -> bool:
        """Whether every piece that the span touches carries the flag (1 quoted, 2 polarity)."""
        at = 0
        for piece in self.pieces:
            first, at = at, at + len(piece[0])
            if first < end and start < at and not piece[flag]:
                return False
        return True


class Linter:
    """Reads the pages of one site. Text that was found clean on one page is not read again on the next."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take the names of what is counted: words of whoever published it, quoted wherever they stand in full."""
        rules, _ = _rules()
        claiming = sorted({name for name in names if any(rule.pattern.search(name) for rule in rules)}, key=len)
        # One that matches nothing, where there is none.
        self._names = re.compile("|".join(map(re.escape, reversed(claiming))) or "(?!)", re.IGNORECASE)
        self._clean: set[str] = set()

    def find(self, page: str, html: str, *, about_models: bool = False) -> list[Claim]:
        """Every claim in a page.

        Args:
            page: its path in the site, for the message.
            html: the whole page.
            about_models: on a page about structural models a declared polarity lifts no rule.
        """
        rules, allowed = _rules()
        # Blocks of text, cut at least as coarsely as the careful reading below cuts them: clean here is clean there.
        blocks = {*_BLOCK_TAGS.split(_INLINE_TAG.sub("", html)), *_ATTRIBUTE.findall(html)} - self._clean
        rough = unescape("\n\n".join(sorted(blocks)))
        if not any(rule.pattern.search(rough) for rule in rules):
            self._clean |= blocks
            return []
        reader = _VisibleText()
        reader.feed(html)
        reader.close()
        claims = []
        for text in reader.finished():
            joined = text.joined()
            spared = [match.span() for match in allowed.finditer(joined)]
            named = [match.span() for match in self._names.finditer(joined)]
            for rule in rules:
                for match in rule.pattern.finditer(joined):
                    start, end = match.span()
                    if any(first <= start and end <= last for first, last in spared):
                        continue
                    if rule.unless_polarity and not about_models and text.holds_throughout(start, end, 2):
                        continue
                    is_named = any(first <= start and end <= last for first, last in named)
                    is_quoted = is_named or text.holds_throughout(start, end, 1)
                    claims.append(Claim(page, rule.name, match[0], _sentence(joined, start), is_quoted))
        return claims


def refuse(claims: list[Claim]) -> None:
    """Stop the site when any claim is in our own words.

    Raises:
        ClaimRefused: naming page and sentence of each, the first five in full.
    """
    ours = [claim for claim in claims if not claim.is_quoted]
    if ours:
        more = f"\nand {len(ours) - 5} more" if len(ours) > 5 else ""
        raise ClaimRefused("No report: its words claim too much.\n" + "\n".join(map(str, ours[:5])) + more)


@cache
def _rules() -> tuple[tuple[_Rule, ...], re.Pattern[str]]:
    document: dict[str, Any] = yaml.safe_load((resources.files("reports") / "claims.yml").read_text(encoding="utf-8"))
    rules = tuple(
        _Rule(
            entry["id"],
            re.compile("|".join(pattern.replace(" ", r"\s+") for pattern in entry["patterns"]), re.IGNORECASE),
            entry.get("unless") == "polarity",
        )
        for entry in document["rules"]
    )
    phrases = (re.escape(entry["phrase"]).replace(r"\ ", r"\s+") for entry in document["allowed"])
    return rules, re.compile("|".join(phrases), re.IGNORECASE)


def _sentence(text: str, at: int) -> str:
    begins = max((match.end() for match in re.finditer(r"[.!?]\s+", text[:at])), default=0)
    ends = re.search(r"[.!?](?:\s|$)", text[at:])
    return " ".join(text[begins : at + ends.end() if ends else len(text)].split())


class _VisibleText(HTMLParser):
    """Collects the text of each block element, and each attribute that is read out, with its origin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, bool, bool]] = []
        self._pieces: list[tuple[str, bool, bool]] = []
        self._found: list[_Text] = []

    def finished(self) -> list[_Text]:
        self._end_block()
        return self._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _INLINE:
            self._end_block()
        _, quoted, polarity = self._open[-1] if self._open else ("", False, False)
        given = dict(attrs)
        quoted = quoted or "data-quoted" in given
        polarity = polarity or given.get("data-polarity") in ("high", "low")
        for name in _ATTRIBUTES:
            if given.get(name):
                self._found.append(_Text(((given[name] or "", quoted, polarity),)))
        if tag not in _VOID:
            self._open.append((tag, quoted, polarity))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._end_block()
        if any(name == tag for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        name, quoted, polarity = self._open[-1] if self._open else ("", False, False)
        if name not in ("style", "script"):
            self._pieces.append((data, quoted, polarity))

    def _end_block(self) -> None:
        if any(text.strip() for text, _, _ in self._pieces):
            self._found.append(_Text(tuple(self._pieces)))
        self._pieces = []
