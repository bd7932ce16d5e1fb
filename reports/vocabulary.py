"""Words for the codes that a release holds: our own closed lists (words.yml) and those under sources/vocab.

Reads files that ship with the program and nothing of a workspace. It holds no list of its own: a code without words
is printed as it is, so that a new code shows instead of vanishing.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from reports.language import _

Entries = dict[str, dict[str, Any]]


def _load(file: Traversable) -> Any:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)


@cache
def words() -> dict[str, Entries]:
    """Closed list -> code -> {label, means}."""
    return _load(resources.files("reports") / "words.yml")


@cache
def vocabulary(name: str, key: str = "id") -> Entries:
    """One vocabulary of sources/vocab, by its key: a file, or the files of a folder."""
    home = resources.files("sources") / "vocab"
    folder = home / name
    files = [file for file in folder.iterdir() if file.name.endswith(".yml")] if folder.is_dir() else []
    return {entry[key]: entry for file in files or [home / f"{name}.yml"] for entry in _load(file)}


def label(closed_list: str, code: str | None) -> str:
    """The label of a code of words.yml; the code itself, in plain letters, where it has none."""
    if code is None:
        return ""
    return _(str(words().get(closed_list, {}).get(code, {}).get("label") or code.replace("_", " ")))


def vocabulary_label(name: str, code: str | None) -> str:
    """The label of a code of sources/vocab; the code itself where it has none."""
    if code is None:
        return ""
    return _(str(vocabulary(name).get(code, {}).get("label") or code.replace("_", " ")))


def markers_in(marks: set[str | None]) -> list[tuple[str, str]]:
    """The key below a table: each marker used in it and what it means, in the vocabulary's order."""
    known = [(code, entry["label"]) for code, entry in vocabulary("markers").items() if code in marks]
    unknown = sorted(mark for mark in marks if mark and mark not in vocabulary("markers"))
    return known + [(mark, "a marker that this version does not know") for mark in unknown]
