"""Reads a rendered page the way the tests ask about it: elements with their text and attributes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "wbr"])


@dataclass
class Element:
    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    text: str = ""
    children: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in (self.attributes.get("class") or "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(parent.tag for parent in self.open))
        if self.open:
            self.open[-1].children.append(tag)
        if element.has("dv-second") or tag in ("dt", "dd"):  # set as a block of its own by the stylesheet
            self.handle_data(" ")
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        element = self.open.pop()
        assert element.tag == tag, f"<{element.tag}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def elements(html: str) -> list[Element]:
    """Every element in order; raises when a tag is not closed by its own end tag."""
    reader = _Reader()
    reader.feed(html)
    assert not reader.open, [element.tag for element in reader.open]
    for element in reader.elements:
        element.text = " ".join(element.text.split())
    return reader.elements


def table_rows(html: str, caption: str) -> list[list[str]]:
    """The cells of the table whose caption starts so, headings first."""
    found, rows, inside = elements(html), [], False
    for element in found:
        if element.tag == "caption":
            inside = element.text.startswith(caption)
        elif inside and element.tag == "tr":
            rows.append([])
        elif inside and element.tag in ("th", "td"):
            rows[-1].append(element.text)
    assert rows, f"no table {caption}"
    return rows


def words(html: str) -> str:
    """What stands between the tags, each space once."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())
