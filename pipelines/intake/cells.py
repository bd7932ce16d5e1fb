"""What one cell's text is: a number, a declared marker, or a rule broken. Nothing is guessed."""

import polars as pl

from sources.models.dataset import Dataset

NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
# Punctuation (.. - ~ *), one letter (x c), capitals (NA N/A NULL #REF!), or a symbol in brackets ([x]).
SYMBOL = r"^[^0-9A-Za-z]{1,4}$|^[A-Za-z]$|^#?[A-Z/0]{2,7}[!?]?$|^\[[a-z]+( \d+)?\]$"
SPACE = " \t\u00a0\u2007\u202f"
# A minus sign or an en-dash before a digit is how a word processor writes a negative number.
DASHED = r"^[\u2212\u2013](\d)"


def judged(cells: pl.DataFrame, dataset: Dataset, categories: dict[str, float] | None = None) -> pl.DataFrame:
    """Add `number`, `marker` and `rule` to cells with a `text` column (as published, null when empty).

    A number may use the dataset's declared thousands separator; surrounding white space never counts. With
    `categories` a cell is a number only by being one of them. What looks like a symbol is an undeclared marker, any
    other text is text in a number column.
    """
    markers = {symbol.strip(): marker for symbol, marker in dataset.markers.items()}
    text = pl.col("text").fill_null("").str.strip_chars(SPACE)
    number = (
        text.replace_strict(categories, default=None, return_dtype=pl.Float64)
        if categories
        else text.cast(pl.Float64, strict=False)
    )
    cells = cells.with_columns(number.alias("number"), pl.lit(None, pl.String).alias("marker"),
                               pl.lit(None, pl.String).alias("rule"))  # fmt: skip
    # "nan" and "inf" are numbers to a parser and none to a statistician.
    plain = cells["number"].is_not_null() & cells["number"].is_finite()
    if plain.all():
        return cells
    others = cells.filter(~plain).with_columns(text.alias("__text"))
    others = others.with_columns(
        (pl.lit(None, pl.Float64) if categories else _grouped(dataset.thousands_separator)).alias("number"),
        pl.col("__text").replace_strict(markers, default=None, return_dtype=pl.String).alias("marker"),
    )
    unknown = "category_unknown" if categories else None
    others = others.with_columns(
        pl.when(pl.col("number").is_not_null() | pl.col("marker").is_not_null())
        .then(None)
        .when(pl.lit(unknown, pl.String).is_not_null())
        .then(pl.lit(unknown, pl.String))
        .when(pl.col("__text") == "")
        .then(pl.lit("cell_empty"))
        .when(pl.col("__text").str.contains(SYMBOL))
        .then(pl.lit("marker_undeclared"))
        .otherwise(pl.lit("number_not_numeric"))
        .alias("rule")
    ).drop("__text")
    places = plain.not_().arg_true()
    return cells.with_columns(cells[name].scatter(places, others[name]) for name in ("number", "marker", "rule"))


def _grouped(separator: str | None) -> pl.Expr:
    """A number written with the declared separator, or with a dash for a minus; null for anything else."""
    text = pl.col("__text").str.replace(DASHED, "-$1")
    if separator:
        grouped = rf"^[+-]?\d{{1,3}}({_escaped(separator)}\d{{3}})+(\.\d*)?$"
        text = (
            pl.when(text.str.contains(grouped)).then(text.str.replace_all(separator, "", literal=True)).otherwise(text)
        )
    return pl.when(text.str.contains(NUMBER)).then(text.cast(pl.Float64, strict=False))


def _escaped(separator: str) -> str:
    return separator if separator.isalnum() or separator == "," or separator.isspace() else "\\" + separator
