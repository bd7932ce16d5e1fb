"""Whether codes and names of areas belong together: against the caller's references, else by their form.

What belongs here: codes and names as text. What does not: whether an area was in force in a period (places.py).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator

import polars as pl

from pipelines.intake.names import name_key
from pipelines.intake.problems import Problem
from pipelines.intake.tidy.located import HITS, is_blank, problems, together, values_where
from pipelines.intake.tidy.pair import Pair
from pipelines.intake.tidy.references import References
from pipelines.readers import ROW
from sources.models.tidy import GeographicLevel

_JOINED = re.compile(r"\s*/\s*")  # how the codes, and the names, of areas that share one service stand in one cell

_Verdict = tuple[str, str] | None


def combinations(pair: Pair, references: References) -> Iterator[Problem]:
    """Each combination of code and name at each level that has a list of areas."""
    for level in pair.standard.levels.values():
        if level.checked_by is None or not set(level.columns) <= set(pair.data.columns):
            continue
        found = _distinct(pair, level)
        if found.is_empty():
            continue
        if references.columns(level):
            judge = _by_reference(pair, level, references)
        else:
            judge = _by_form(level, found, pair.standard.conventions.universal_code)
            reason = f"no list of areas of level {level.level} is loaded; only the form of codes was looked at"
            yield Problem("tidy_combinations_not_checked", reason, pair.data.sheet, column=level.code,
                          cells=int(found["cells"].sum()))  # fmt: skip
        verdicts = [judge(row) for row in found.iter_rows(named=True)]
        for rule in (level.checked_by, "tidy_combinations_spelling"):
            hits = [
                (
                    row["row"],
                    level.code,
                    ", ".join(filter(None, (row[c] for c in level.columns))),
                    row["cells"],
                    verdict[1],
                )
                for row, verdict in zip(found.iter_rows(named=True), verdicts, strict=True)
                if verdict is not None and verdict[0] == rule
            ]
            yield from problems(rule, pl.DataFrame(hits, schema=HITS, orient="row"), pair.data.sheet)


def one_to_one(pair: Pair) -> Iterator[Problem]:
    """Levels without a list anywhere: a code has one name and a name one code."""
    for level in pair.standard.levels.values():
        if not level.one_to_one or level.code is None or not set(level.columns) <= set(pair.data.columns):
            continue
        rows = pair.data.frame.filter(
            (pl.col("geographic_level") == level.level) & ~is_blank(level.code) & ~is_blank(level.name)
        )
        pairs = rows.group_by(level.code, level.name).agg(pl.col(ROW).min().alias("row"), pl.len().alias("cells"))
        for rule, key, other, what in (
            ("tidy_other_geography_duplicates", level.name, level.code, "codes"),
            ("tidy_other_geography_code_duplicates", level.code, level.name, "names"),
        ):
            repeated = pairs.group_by(key).agg(
                pl.col("row").min(), pl.col("cells").sum(), pl.col(other).sort_by("row")
            ).filter(pl.col(other).list.len() > 1)  # fmt: skip
            hits = repeated.select(
                "row", pl.lit(key).alias("column"), pl.col(key).alias("value"), "cells",
                pl.format(f"it has several {what}: {{}}", pl.col(other).list.join(", ")).alias("reason"),
            )  # fmt: skip
            yield from problems(rule, hits.cast(HITS), pair.data.sheet)


def not_available(pair: Pair) -> Iterator[Problem]:
    """The code for an area that is not known goes with the name for it, both ways."""
    absent = pair.standard.conventions.not_available
    for level in pair.standard.levels.values():
        if level.code is None or not level.names_when_absent or not set(level.columns) <= set(pair.data.columns):
            continue
        at_level, code, name = pl.col("geographic_level") == level.level, pl.col(level.code), pl.col(level.name)
        hits = values_where(pair.data, level.name, at_level & (code == absent.code) & (name != absent.name),
                            f"{level.code} {absent.code} goes with the name {absent.name}")  # fmt: skip
        yield from problems("tidy_na_geography", hits, pair.data.sheet)
        wrong = at_level & (name == absent.name) & (code.fill_null("") != absent.code)
        hits = values_where(pair.data, level.code, wrong, f"the name {absent.name} goes with the code {absent.code}")
        yield from problems("tidy_na_geography_code", hits, pair.data.sheet)


def lengths(pair: Pair) -> Iterator[Problem]:
    """Codes and names that are too long for the publisher's API."""
    limits = pair.standard.conventions.limits
    for rule, limit, columns in (
        ("tidy_location_code_length", limits.location_code,
         [c for level in pair.standard.levels.values() for c in (level.code, level.other_code)]),
        ("tidy_location_name_length", limits.item, [level.name for level in pair.standard.levels.values()]),
    ):  # fmt: skip
        hits = together(
            values_where(pair.data, column, pl.col(column).str.len_chars() > limit, f"over {limit} characters long")
            for column in columns
            if column in pair.data.columns
        )
        yield from problems(rule, hits, pair.data.sheet)


def _distinct(pair: Pair, level: GeographicLevel) -> pl.DataFrame:
    """Each different combination of the level's columns where there is a code, with its first row and its rows."""
    assert level.code is not None
    conventions = pair.standard.conventions
    absent = [conventions.not_available.code, *conventions.symbols.no_data]
    return (
        pair.data.frame.filter(~is_blank(level.code) & ~pl.col(level.code).is_in(absent))
        .group_by(pl.col(level.columns).fill_null(""))
        .agg(pl.col(ROW).min().alias("row"), pl.len().cast(pl.Int64).alias("cells"))
        .sort("row")
    )


def _by_reference(pair: Pair, level: GeographicLevel, references: References) -> Callable[[dict[str, str]], _Verdict]:
    assert level.code is not None
    conventions, rule = pair.standard.conventions, level.checked_by
    ranks = frozenset(conventions.words_of_rank)
    columns = references.columns(level)
    accepted = references.combinations(level.level, columns)
    names: dict[tuple[str, ...], set[str]] = {}
    for code, name, *others in accepted:
        names.setdefault((code, *others), set()).add(name)
        names.setdefault((code,), set()).add(name)
    codes = {code for code, *_ in accepted}

    def judge(row: dict[str, str]) -> _Verdict:
        assert rule is not None
        code, name, *others = (row[column] for column in columns)
        if (code, name, *others) in accepted:
            return None
        if code == conventions.universal_code and name in conventions.universal_names:
            return None
        if "/" in code and _all_known(code, name, others):
            return None
        known = names.get((code, *others) if any(others) else (code,), set())
        if name in known:
            return None
        if any(_core(name, ranks) == _core(other, ranks) for other in known):
            return "tidy_combinations_spelling", f"the reference list spells it {' or '.join(sorted(known))}"
        if code not in codes:
            return rule, f"no area of level {level.level} has the code {code}"
        return rule, f"{code} is {' or '.join(sorted(names[(code,)]))} in the reference list, with other codes or name"

    def _all_known(code: str, name: str, others: list[str]) -> bool:
        """Whether each code of a combined row has one of the row's names, and the other code is of one of them."""
        parts, spellings = _parts(code), {name_key(part) for part in _parts(name)}
        if not all({name_key(known) for known in names.get((part,), ())} & spellings for part in parts):
            return False
        if len(parts) != len(spellings):
            return False
        theirs = {other for known, _, *rest in accepted if known in parts for other in rest}
        return all(set(_parts(other)) <= theirs | {""} for other in others)

    return judge


def _by_form(level: GeographicLevel, found: pl.DataFrame, universal: str) -> Callable[[dict[str, str]], _Verdict]:
    """Without a list: a code has the form of its level, and one name in the file."""
    code_column = level.code
    assert code_column is not None
    names = Counter(found.select(code_column, level.name).unique()[code_column])

    def judge(row: dict[str, str]) -> _Verdict:
        assert level.checked_by is not None
        code = row[code_column]
        if code == universal:
            return None
        if level.code_form and not all(re.fullmatch(level.code_form, part) for part in _parts(code)):
            return level.checked_by, f"{code} has not the form of a code of level {level.level}"
        if names[code] > 1:
            return level.checked_by, f"{code} has {names[code]} names in this file"
        return None

    return judge


def _core(name: str, ranks: frozenset[str]) -> frozenset[str]:
    """The words of a name in any order, without those that say what kind of area it is."""
    words = frozenset(name_key(name).split())
    return words - ranks or words


def _parts(text: str) -> list[str]:
    return _JOINED.split(text)
