"""What one cell's text is: a number, a declared marker, or a rule broken. Nothing is guessed."""

import polars as pl

from sources.models.dataset import Dataset

NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
# Punctuation (.. - ~ *), one letter (x c), capitals (NA N/A NULL #REF!), or a symbol in brackets ([x]).
SYMBOL = r"^[^0-9A-Za-z]{1,4}$|^[A-Za-z]$|^#?[A-Z/]{2,5}[!?]?$|^\[[a-z]+\]$"


def judged(cells: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Add `number`, `marker` and `rule` to cells with a `text` column (as published, null when empty).

    A number may use the dataset's declared thousands separator; surrounding white space never counts. What looks
    like a symbol is an undeclared marker, any other text is text in a number column.
    """
    text = pl.col("text").fill_null("").str.strip_chars(" \t\u00a0")
    digits = text
    if dataset.thousands_separator:
        grouped = rf"^[+-]?\d{{1,3}}({_escaped(dataset.thousands_separator)}\d{{3}})+(\.\d*)?$"
        digits = (
            pl.when(text.str.contains(grouped))
            .then(text.str.replace_all(dataset.thousands_separator, "", literal=True))
            .otherwise(text)
        )
    markers = {symbol.strip(): marker for symbol, marker in dataset.markers.items()}
    with_values = cells.with_columns(
        pl.when(digits.str.contains(NUMBER)).then(digits.cast(pl.Float64, strict=False)).alias("number"),
        text.replace_strict(markers, default=None, return_dtype=pl.String).alias("marker"),
    )
    return with_values.with_columns(
        pl.when(pl.col("number").is_not_null() | pl.col("marker").is_not_null())
        .then(None)
        .when(text == "")
        .then(pl.lit("cell_empty"))
        .when(text.str.contains(SYMBOL))
        .then(pl.lit("marker_undeclared"))
        .otherwise(pl.lit("number_not_numeric"))
        .alias("rule")
    )


def _escaped(separator: str) -> str:
    return separator if separator.isalnum() or separator == "," or separator.isspace() else "\\" + separator
