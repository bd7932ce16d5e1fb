"""XML of unknown make: no document type, so no entity to expand or to fetch, and never a tree of it in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from pipelines.readers.raw import UnreadableFile

_CHUNK = 65_536


class _Root(Exception):
    """The first element was reached: a document type can no longer come."""


class _DocumentType(Exception):
    """There is one."""


def checked_xml(xml: bytes, name: str, path: Path) -> bytes:
    """The XML as it came, if it declares no document type.

    No workbook has one. With one, a few lines can unfold to gigabytes (a billion laughs) or name a local file.

    Args:
        xml: One part of a workbook.
        name: The part, and
        path: the file, to name in a refusal.

    Raises:
        UnreadableFile: it declares a document type.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = _stop
    try:
        for start in range(0, len(xml), _CHUNK):
            parser.Parse(xml[start : start + _CHUNK], False)
    except _DocumentType as error:
        reason = f"its part {name} declares a document type (DTD), which no workbook does"
        raise UnreadableFile(path, reason, "open it in a spreadsheet program and save a copy") from error
    except (_Root, expat.ExpatError):
        pass  # what is damaged is found by the reader of the part
    return xml


def parsed(
    xml: bytes,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
    *,
    has_namespaces: bool = False,
) -> Iterator[None]:
    """Go through XML that was checked, a step at a time: what is kept of it is what the handlers keep.

    Args:
        xml: One part of a workbook.
        begin: Called with the name of each element that begins, as written, and its attributes.
        end: Called with the name of each element that ends.
        text: Called with each text, or with parts of it.
        has_namespaces: Whether names come as namespace, space, name instead.

    Raises:
        ValueError: it is not XML that holds together; and whatever a handler raises.
    """
    parser = expat.ParserCreate(namespace_separator=" " if has_namespaces else None)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    try:
        for start in range(0, len(xml), _CHUNK):
            parser.Parse(xml[start : start + _CHUNK], False)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def _refuse(*_: object) -> None:
    raise _DocumentType


def _stop(*_: object) -> None:
    raise _Root
