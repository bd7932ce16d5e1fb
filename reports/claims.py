"""The claim linter: no page may say more than its evidence supports.

It reads what a person reads or hears: visible text, titles and labels of pages, and the strings of any other file
(sheets, headers of columns). The rules are data (claims.yml). Text of ours that breaks a rule stops the site. Words
quoted from data (inside an element marked `data-quoted`: names, evidence, citations, reasons that people gave; and the
names of indicators that are never compared, wherever one stands in full) are someone else's: they are found and
reported as such, and stand, because a quotation that is altered is no quotation.
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
_BLOCK_TAG = re.compile(rf"(<(?!/?(?:{'|'.join(sorted(_INLINE))})\b)[^>]*>)")
_BLOCK_TAGS = re.compile(r"(?:<[^>]*>\s*)+")
_JUDGED = re.compile(r'<(\w+)\b[^>]*\bdata-polarity="(?:high|low)"[^>]*>[^<]*</\1>')
_ATTRIBUTE = re.compile(rf' (?:{"|".join(_ATTRIBUTES)})="([^"]*)"')
_NUMBERED = re.compile(r"&#\w+;")
_NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;"}
_ZEROS = bytes.maketrans(b"0123456789", b"0" * 10)


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
    """A rule: lifted in an element with a polarity, in a sentence with certain words, or on a page with others."""

    name: str
    pattern: re.Pattern[str]
    unless_polarity: bool
    unless_sentence: re.Pattern[str] | None
    unless_page: re.Pattern[str] | None

    @property
    def lifted(self) -> str:
        """By what a quick reading sees it lifted."""
        return "polarity" if self.unless_polarity else "page" if self.unless_page else "nothing"


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
        self._clean: dict[str, set[str]] = {rule.lifted: set() for rule in rules}

    def find(self, page: str, html: str, *, about_models: bool = False) -> list[Claim]:
        """Every claim in a page.

        Args:
            page: its path in the site, for the message.
            html: the whole page.
            about_models: on a page about structural models a declared polarity lifts no rule.
        """
        suspicious = self._suspicious(html, about_models=about_models)
        if not suspicious:
            return []
        # Most of what is found stands in quotations, which their own element shows: only else is the whole page parsed.
        texts = [text for fragment in _fragments(html, suspicious) for text in _texts(fragment)]
        found = self._claims(page, texts, about_models=about_models)
        if found and all(claim.is_quoted for claim in found):
            return found
        return self._claims(page, _texts(html), about_models=about_models)

    def find_in_strings(self, where: str, strings: Iterable[str | tuple[str, bool]]) -> list[Claim]:
        """Every claim in the strings of a file that is no page: cells, titles, notes, headers of columns.

        Args:
            where: the file, and the sheet or the like, for the message.
            strings: each on its own, or with whether it is quoted from data. Names with underscores are read as words.
        """
        given = ((one, False) if isinstance(one, str) else one for one in strings)
        texts = [_Text(((text.replace("_", " "), is_quoted, False),)) for text, is_quoted in dict.fromkeys(given)]
        return self._claims(where, texts, about_models=False)

    def _suspicious(self, html: str, *, about_models: bool) -> set[str]:
        """Blocks in which a rule may match, folded: a quick reading, cut at least as coarsely as the careful one."""
        rules, _ = _rules()
        html = _folded(html)
        blocks = _blocks(html)
        without_judged = blocks if about_models or "data-polarity" not in html else _blocks(_JUDGED.sub("", html))
        suspicious: set[str] = set()
        for lifted, clean in self._clean.items():
            read = without_judged if lifted == "polarity" else blocks
            new = sorted(read - clean)
            text = unescape("\n\n".join(new))
            found = [rule for rule in rules if rule.lifted == lifted and rule.pattern.search(text)]
            if not found:
                clean.update(new)
            elif lifted != "page" or not all(_is_met(rule, blocks) for rule in found):
                matching = {block for block in new if any(rule.pattern.search(unescape(block)) for rule in found)}
                clean.update(set(new) - matching)
                # One that only two blocks together match is no claim, but the whole page is read to be sure.
                suspicious |= matching or set(new)
        return suspicious

    def _claims(self, page: str, texts: list[_Text], *, about_models: bool) -> list[Claim]:
        rules, allowed = _rules()
        blocks = {text.joined() for text in texts}
        rules = tuple(rule for rule in rules if not _is_met(rule, blocks))
        claims = []
        for text in texts:
            joined = text.joined()
            spared = [match.span() for match in allowed.finditer(joined)]
            named = [match.span() for match in self._names.finditer(joined)]
            for rule in rules:
                for match in rule.pattern.finditer(joined):
                    start, end = match.span()
                    sentence = _sentence(joined, start)
                    if any(first <= start and end <= last for first, last in spared):
                        continue
                    if rule.unless_polarity and not about_models and text.holds_throughout(start, end, 2):
                        continue
                    if rule.unless_sentence and rule.unless_sentence.search(sentence):
                        continue
                    is_named = any(first <= start and end <= last for first, last in named)
                    is_quoted = is_named or text.holds_throughout(start, end, 1)
                    claims.append(Claim(page, rule.name, match[0], sentence, is_quoted))
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
            _pattern(entry.get("unless_sentence")),
            _pattern(entry.get("unless_page")),
        )
        for entry in document["rules"]
    )
    phrases = (re.escape(entry["phrase"]).replace(r"\ ", r"\s+") for entry in document["allowed"])
    return rules, re.compile("|".join(phrases), re.IGNORECASE)


def _pattern(words: str | None) -> re.Pattern[str] | None:
    return re.compile(words.replace(" ", r"\s+"), re.IGNORECASE) if words else None


def _is_met(rule: _Rule, blocks: set[str]) -> bool:
    return rule.unless_page is not None and any(rule.unless_page.search(unescape(block)) for block in blocks)


def _texts(html: str) -> list[_Text]:
    """The careful reading: each block of text and each attribute that is read out."""
    reader = _VisibleText()
    reader.feed(html)
    reader.close()
    return reader.finished()


def _fragments(html: str, blocks: set[str]) -> list[str]:
    """The parts of a page that hold these folded blocks, each with the tag before it; what they inherit is lost.

    Empty where one of the blocks is not found so: then the whole page must be read.
    """
    wanted, seen = {block.strip() for block in blocks}, set()
    shortest = min(map(len, wanted))
    pieces = _BLOCK_TAG.split(html)
    found = []
    for tag, text in zip(["", *pieces[1::2]], pieces[::2], strict=True):
        # Most are cells, shorter than any of these blocks.
        if len(tag) + len(text) < shortest:
            continue
        inside = _INLINE_TAG.sub("", text) if "<" in text else text
        attributes = _ATTRIBUTE.findall(tag + text) if "=" in tag or "=" in text else ()
        held = wanted & {_folded(one).strip() for one in (inside, *attributes)}
        if held:
            seen |= held
            found.append(f"{tag}{text}")
    return found if seen == wanted else []


def _folded(html: str) -> str:
    """With a 0 for every digit, so that figures are read once and not each: no rule asks which digit it is.

    A character given by its number is named, or stands for itself.
    """
    named = _NUMBERED.sub(lambda found: _NAMED.get(unescape(found[0]), unescape(found[0])), html)
    return named.encode().translate(_ZEROS).decode()


def _blocks(html: str) -> set[str]:
    return {*_BLOCK_TAGS.split(_INLINE_TAG.sub("", html)), *_ATTRIBUTE.findall(html)}


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
