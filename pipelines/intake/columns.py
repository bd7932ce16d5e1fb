"""What each column of a delivered table is to its dataset: key, in scope, out of scope or undeclared."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sources.models.dataset import Dataset, Measure

Part = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Roles:
    """The columns of one table by what they are. Every column stands in exactly one of the four."""

    keys: tuple[str, ...]
    in_scope: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    undeclared: tuple[str, ...]


def roles_of(dataset: Dataset, columns: tuple[str, ...]) -> Roles:
    """Sort a table's columns by their role. A declared measure wins over an out-of-scope glob."""
    wanted: set[str] = {c for c in (dataset.value_column, dataset.numerator_column, dataset.denominator_column) if c}
    for measure in dataset.measures:
        terms = (*measure.numerator_terms, *measure.denominator_terms)
        for part in (measure.value, measure.numerator, measure.denominator, *(term.columns for term in terms)):
            wanted.update(matching(part, columns))
    keys, in_scope, out, undeclared = [], [], [], []
    for column in columns:
        if any(column == key or re.fullmatch(key, column) for key in dataset.keys):
            keys.append(column)
        elif column in wanted:
            in_scope.append(column)
        elif any(fnmatchcase(column, glob) for scope in dataset.out_of_scope for glob in scope.columns):
            out.append(column)
        else:
            undeclared.append(column)
    return Roles(tuple(keys), tuple(in_scope), tuple(out), tuple(undeclared))


def matching(part: Part, columns: tuple[str, ...]) -> list[str]:
    """The columns a measure's part names: itself, or every column its globs fit, in the table's order."""
    if part is None:
        return []
    globs = (part,) if isinstance(part, str) else part
    return [c for c in columns if any(c == glob or fnmatchcase(c, glob) for glob in globs)]


def named(pattern: str | None, columns: tuple[str, ...]) -> str | None:
    """The column with this name, or the first that the name fits as a regular expression."""
    if pattern is None or pattern in columns:
        return pattern
    return next((column for column in columns if re.fullmatch(pattern, column)), None)


def parts_of(dataset: Dataset, measure: Measure, columns: tuple[str, ...]) -> tuple[list[str], list[str], list[str]]:
    """Columns of a measure's value, numerator and denominator in a wide or long table."""
    sides: tuple[Part, ...] = (measure.value, measure.numerator, measure.denominator)
    if dataset.layout == "long":
        theirs = (dataset.value_column, dataset.numerator_column, dataset.denominator_column)
        sides = tuple(own or common for own, common in zip(sides, theirs, strict=True))
    value, numerator, denominator = (matching(side, columns) for side in sides)
    return value, numerator, denominator
