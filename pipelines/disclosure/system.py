"""The figures of one vintage as numbered unknowns, and every equation and limit that ties them together.

An equation stands only where the true figures satisfy it: one that does not hold can mislead whoever relies on it,
and tells nobody a hidden count.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from pipelines.disclosure.figures import Figures
from pipelines.disclosure.places import Geography, sums_over_places, sums_over_time
from pipelines.disclosure.templates import Templates

TOLERANCE = 0.5
"""Counts are whole: figures that differ by less are the same."""


@dataclass(frozen=True)
class System:
    """Unknowns 0..n-1 and relations between them, in compressed rows.

    Attributes:
        number: the true figure of each unknown; NaN where the publisher suppressed it.
        is_masked: whether the publisher suppressed one of its figures.
        kind: what a small number of it would tell: 0 a count, 1 the rest of a share (stands in no row).
        starts: where the terms of each relation begin in `unknowns` and `signs`; one longer than the relations.
        unknowns: the unknown of each term.
        signs: +1 or -1 of each term: the sum is nought (an equation) or at most nought (a limit).
        is_equation: by relation.
        row, of: pairs that say which rows (numbers of `Figures.rows`) state which unknown.
    """

    number: np.ndarray
    is_masked: np.ndarray
    kind: np.ndarray
    starts: np.ndarray
    unknowns: np.ndarray
    signs: np.ndarray
    is_equation: np.ndarray
    row: np.ndarray
    of: np.ndarray


def system(figures: Figures, templates: Templates, geography: Geography, version: int) -> System:
    """The system of one version: each key's figures of that version, or its last one where it has fewer."""
    over_places, over_time = sums_over_places(figures.places, geography.within), sums_over_time(figures.places)
    stated = _of_version(figures.figures, version)
    if version:
        stated = stated.join(_touched(figures.figures, version, [over_places, over_time]), on="place", how="semi")
    classes = pl.DataFrame({"series": np.arange(len(templates.alike)), "class": templates.alike}).cast(pl.UInt32)
    stated = stated.join(classes, on="series")
    unknowns, stated = _numbered(stated)
    rest = (
        _of_version(figures.complements, version)
        .filter(pl.col("rest") >= 0)
        .join(_unknown_of(stated, "numerator"), on="row")
        .join(_unknown_of(stated, "denominator"), on="row")
        .sort("row")
        .unique(["numerator", "denominator"], keep="first", maintain_order=True)
        .with_row_index("unknown", offset=unknowns.height)
    )
    main = unknowns.filter("is_main").select("class", "place", "unknown", "number")
    terms = pl.concat(
        _with_id(part, name)
        for name, part in {
            "rest": _rests(rest),
            "limit": _limits(templates, main),
            "sum": _sums(templates, main),
            "area": _over(over_places, main),
            "time": _over(over_time, _of_any_version(stated, unknowns, figures)),
        }.items()
    )
    terms = terms.with_columns(relation=pl.struct("name", "relation").rank("dense") - 1).sort(
        "relation", "sign", "unknown"
    )
    lengths = terms.group_by("relation", maintain_order=True).agg(pl.len(), pl.col("is_equation").first())
    return System(
        number=np.concatenate(
            [unknowns["number"].cast(pl.Float64).fill_null(np.nan).to_numpy(), rest["rest"].to_numpy()]
        ),
        is_masked=np.concatenate([unknowns["is_masked"].to_numpy(), np.zeros(rest.height, bool)]),
        kind=np.concatenate([np.zeros(unknowns.height, np.int8), np.ones(rest.height, np.int8)]),
        starts=np.concatenate([[0], lengths["len"].cast(pl.Int64).to_numpy().cumsum()]).astype(np.int64),
        unknowns=terms["unknown"].cast(pl.Int64).to_numpy(),
        signs=terms["sign"].cast(pl.Float64).to_numpy(),
        is_equation=lengths["is_equation"].to_numpy(),
        row=stated["row"].cast(pl.Int64).to_numpy(),
        of=stated["unknown"].cast(pl.Int64).to_numpy(),
    )  # fmt: skip


def _of_version(frame: pl.DataFrame, version: int) -> pl.DataFrame:
    told = pl.min_horizontal(pl.lit(version, pl.UInt32), pl.col("version").max().over("row"))
    return frame.filter(pl.col("version") == told)


def _touched(figures: pl.DataFrame, version: int, sums: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Places where something was said that often, and all that sums tie to them: the rest is as in version 0."""
    pairs = np.concatenate([sum_.select("whole", "part").to_numpy() for sum_ in sums]).astype(np.int64)
    size = int(figures["place"].max() or 0) + 1 if figures.height else 0  # type: ignore[arg-type]
    size = max(size, int(pairs.max(initial=-1)) + 1)
    links = sparse.coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, label = connected_components(links, directed=False)
    changed = figures.filter(pl.col("version") >= version)["place"].unique().to_numpy()
    return pl.DataFrame({"place": np.flatnonzero(np.isin(label, label[changed]))}, schema={"place": pl.UInt32})


def _numbered(stated: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """One unknown for a class, place and number; a suppressed figure is the one that its class states elsewhere."""
    counted = (
        stated.filter(pl.col("number").is_not_null())
        .group_by("class", "place", "number")
        .agg(pl.len().alias("times"))
        .sort("class", "place", "times", "number", descending=[False, False, True, False])
    )
    commonest = counted.unique(["class", "place"], keep="first", maintain_order=True)
    stated = stated.join(
        commonest.select("class", "place", pl.col("number").alias("common")), on=["class", "place"], how="left"
    ).with_columns(is_masked=pl.col("number").is_null(), number=pl.coalesce("number", "common"))
    unknowns = (
        stated.group_by("class", "place", "number")
        .agg(pl.col("is_masked").any(), pl.len().alias("times"))
        .sort("class", "place", "times", "number", descending=[False, False, True, False])
        .with_row_index("unknown")
        .with_columns(is_main=pl.col("unknown") == pl.col("unknown").min().over("class", "place"))
    )
    keyed = stated.join(
        unknowns.select("class", "place", "number", "unknown"), on=["class", "place", "number"], nulls_equal=True
    )
    return unknowns, keyed.sort("row", "role")


def _unknown_of(stated: pl.DataFrame, role: str) -> pl.DataFrame:
    return stated.filter(pl.col("role") == role).select("row", pl.col("unknown").alias(role)).unique("row")


_TERM = {"relation": pl.UInt32, "unknown": pl.UInt32, "sign": pl.Int8, "is_equation": pl.Boolean}


def _with_id(terms: pl.DataFrame, name: str) -> pl.DataFrame:
    return terms.select(pl.col(column).cast(kind) for column, kind in _TERM.items()).with_columns(name=pl.lit(name))


def _rests(rest: pl.DataFrame) -> pl.DataFrame:
    """Of a proportion: numerator + rest - denominator = 0, so the numerator is at most the denominator."""
    numbered = rest.with_row_index("relation")
    return pl.concat(
        numbered.select("relation", pl.col(column).alias("unknown"), sign=pl.lit(sign), is_equation=pl.lit(True))
        for column, sign in (("numerator", 1), ("unknown", 1), ("denominator", -1))
    )


def _limits(templates: Templates, main: pl.DataFrame) -> pl.DataFrame:
    both = (
        templates.limits.join(main, left_on="smaller", right_on="class")
        .join(main, left_on=["larger", "place"], right_on=["class", "place"], suffix="_larger")
        .filter((pl.col("number") <= pl.col("number_larger")).fill_null(True))
        .with_row_index("relation")
    )
    return pl.concat(
        both.select("relation", pl.col(column).alias("unknown"), sign=pl.lit(sign), is_equation=pl.lit(False))
        for column, sign in (("unknown", 1), ("unknown_larger", -1))
    )


def _sums(templates: Templates, main: pl.DataFrame) -> pl.DataFrame:
    parts = templates.sums.join(main, left_on="part", right_on="class")
    wholes = templates.sums.select("template", "whole").unique().join(main, left_on="whole", right_on="class")
    declared = templates.sums.group_by("template").agg(pl.len().alias("all_parts"))
    return _holding(
        parts.select("template", "place", "unknown", "number"),
        wholes.join(declared, on="template").select("template", "place", "unknown", "number", "all_parts"),
        ["template", "place"],
    )


def _over(nested: pl.DataFrame, main: pl.DataFrame) -> pl.DataFrame:
    """Sums of one series over places or periods that make up another."""
    declared = nested.group_by("whole", "kind").agg(pl.len().alias("all_parts"))
    parts = nested.join(main, left_on="part", right_on="place").select("whole", "kind", "class", "unknown", "number")
    wholes = (
        declared.join(main, left_on="whole", right_on="place")
        .select("whole", "kind", "class", "unknown", "number", "all_parts")
    )  # fmt: skip
    return _holding(parts, wholes, ["whole", "kind", "class"])


def _of_any_version(stated: pl.DataFrame, unknowns: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """Main figures, their class being the indicator's breakdown and role: a year's definition is another version."""
    named = figures.series.select(
        "series", name=pl.struct("indicator_id", "breakdown_id", "role").rank("dense").cast(pl.UInt32)
    )
    return (
        stated.join(unknowns.filter("is_main").select("unknown"), on="unknown")
        .join(named, on="series")
        .sort("name", "place", "unknown")
        .unique(["name", "place"], keep="first", maintain_order=True)
        .select(pl.col("name").alias("class"), "place", "unknown", "number")
    )


def _holding(parts: pl.DataFrame, wholes: pl.DataFrame, by: list[str]) -> pl.DataFrame:
    """Terms of the sums that the figures satisfy: an equation where they add up, a limit where parts are lacking."""
    summed = parts.group_by(by).agg(
        pl.col("number").sum().alias("of_parts"), pl.col("number").is_null().any().alias("hides_part"),
        pl.len().alias("found"),
    )  # fmt: skip
    over = pl.col("of_parts") - pl.col("number")
    judged = (
        wholes.join(summed, on=by)
        .with_columns(
            adds_up=pl.when(pl.col("number").is_null())
            .then(True)
            .when("hides_part")
            .then((over <= TOLERANCE) & (pl.col("found") == pl.col("all_parts")))
            .otherwise(over.abs() <= TOLERANCE),
            is_within=over.fill_null(0) <= TOLERANCE,
            lacks=pl.col("found") < pl.col("all_parts"),
        )
        .filter(pl.col("adds_up") | (pl.col("is_within") & pl.col("lacks")))
        .sort(by)
        .with_row_index("relation")
    )
    terms = judged.select("relation", *by, is_equation="adds_up")
    return pl.concat(
        [
            judged.select("relation", "unknown", sign=pl.lit(-1), is_equation="adds_up"),
            terms.join(parts, on=by).select("relation", "unknown", sign=pl.lit(1), is_equation="is_equation"),
        ]
    )
