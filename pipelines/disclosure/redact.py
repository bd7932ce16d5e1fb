"""Writes what the public build reads: landed rows without what is hidden, a ledger and registers without quotations.

Nothing is linked to the restricted files: whoever may read the public folder can read all of it.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from pipelines.disclosure.figures import KEY
from pipelines.landing.write import ROW_GROUP
from pipelines.ledger.store import Ledger
from pipelines.workspace import Disclosure, Workspace
from sources.catalogue import Catalogue
from sources.shapes import schema

WITHHELD = "Withheld in the public build."
MARKER = "c"
"""The one marker of all that is hidden. To tell what is small from what is hidden beside it would tell the small:
two counts known to be under five that add up to eight are four and four."""


def write_public_inputs(
    workspace: Workspace, catalogue: Catalogue, hidden: pl.DataFrame, indicators: pl.DataFrame
) -> None:
    """Write landed/ and ledger/ of the public workspace, in place of what an earlier build wrote there.

    Args:
        workspace: the restricted workspace.
        catalogue: what is declared.
        hidden: KEY of every row to hide.
        indicators: definitions with indicator_id, definition_version, measure and unit_base.
    """
    public = workspace.public
    making = public.landed.with_name("landed.partial")
    shutil.rmtree(making, ignore_errors=True)
    redactions = _redactions(catalogue, hidden, indicators, workspace.disclosure)
    for path in sorted(workspace.landed.rglob("*.parquet")):
        inside = path.relative_to(workspace.landed)
        shape = inside.parts[0]
        _write(path, making / inside, shape, redactions.get(shape))
    shutil.rmtree(public.landed, ignore_errors=True)
    making.rename(public.landed)
    _write_ledger(workspace, public)


Redaction = Callable[[pl.DataFrame], pl.DataFrame]


def _redactions(
    catalogue: Catalogue, hidden: pl.DataFrame, indicators: pl.DataFrame, disclosure: Disclosure
) -> dict[str, Redaction]:
    told = _rule_words(catalogue)
    return {
        "observations": lambda rows: _rounded(_without(rows, hidden), indicators, disclosure.round_to),
        "quarantined_rows": lambda rows: _without_cells(rows, told),
        "delivery_warnings": lambda rows: _without_cells(rows, told),
        "gap_evidence": lambda rows: _without_words(rows, "statement", "quote"),
        "contributions": lambda rows: _without_words(rows, "quote"),
        "decisions": lambda rows: _without_words(rows, "reason"),
    }


def _without(rows: pl.DataFrame, hidden: pl.DataFrame) -> pl.DataFrame:
    """Landed observations in which a hidden key keeps its place and its marker, and no number."""
    marked = rows.join(
        hidden.select(*KEY, is_hidden=pl.lit(True)), on=KEY, how="left", nulls_equal=True, maintain_order="left"
    )
    is_hidden = pl.col("is_hidden").fill_null(False)
    shown = [
        pl.when(~is_hidden).then(pl.col(name)).alias(name) for name in ("numerator", "denominator", "value")
    ]  # fmt: skip
    marker = pl.when(is_hidden).then(pl.lit(MARKER)).otherwise("value_marker").alias("value_marker")
    return marked.with_columns(*shown, marker).drop("is_hidden")


def _rounded(rows: pl.DataFrame, indicators: pl.DataFrame, base: int | None) -> pl.DataFrame:
    """Counts at the nearest multiple of `base`, and shares worked out from those counts."""
    if base is None:
        return rows
    declared = indicators.select("indicator_id", "definition_version", "measure", "unit_base")
    nearest = {
        name: ((pl.col(name) / base + 0.5).floor() * base) for name in ("numerator", "denominator", "value")
    }  # fmt: skip
    is_share = pl.col("measure").is_in(["proportion", "rate", "ratio"])
    counted = pl.coalesce("numerator", pl.col("value") * pl.col("denominator") / pl.col("unit_base"))
    share = (counted / base + 0.5).floor() * base * pl.col("unit_base") / nearest["denominator"]
    value = (
        pl.when(pl.col("measure") == "count").then(nearest["value"])
        .when(is_share & pl.col("denominator").is_not_null() & pl.col("value").is_not_null())
        .then(pl.when(nearest["denominator"] > 0).then(share))
        .otherwise("value")
    )  # fmt: skip
    told = rows.join(declared, on=["indicator_id", "definition_version"], how="left", maintain_order="left")
    rounded = told.with_columns(
        numerator=nearest["numerator"], denominator=nearest["denominator"], value=value,
        was_told=pl.col("value").is_not_null(),
    )  # fmt: skip
    # A base that rounds to nought leaves no share: not a figure that was hidden, one that rounding cannot form.
    lost = pl.col("was_told") & pl.col("value").is_null()
    return rounded.with_columns(
        value_marker=pl.when(lost).then(pl.lit("low")).otherwise("value_marker")
    ).select(rows.columns)  # fmt: skip


def _rule_words(catalogue: Catalogue) -> pl.DataFrame:
    rules = [(rule.id, rule.title, rule.remedy) for rule in catalogue.rules.values()]
    return pl.DataFrame(rules, schema=["rule", "title", "its_remedy"], orient="row")


def _without_cells(rows: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """What was found, by rule and place; what stood in the cell, and sentences that quote it, are left out."""
    return (
        rows.join(told, on="rule", how="left", maintain_order="left")
        .with_columns(
            value=pl.lit(None, pl.String),
            reason=pl.coalesce("title", pl.lit(WITHHELD)),
            remedy=pl.coalesce("its_remedy", pl.lit(WITHHELD)),
        )
        .drop("title", "its_remedy")
    )


def _without_words(rows: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Free words of a person may quote any figure, so none is passed on."""
    return rows.with_columns(
        pl.when(pl.col(column).is_not_null()).then(pl.lit(WITHHELD)).alias(column) for column in columns
    )


def _write(source: Path, target: Path, shape: str, redact: Redaction | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if redact is None:
        shutil.copyfile(source, target)
        return
    rows = pl.read_parquet(source)
    columns = [name for name in schema(shape) if name in rows.columns]
    frame = redact(rows).select(pl.col(name).cast(schema(shape)[name]) for name in columns)
    frame.write_parquet(target, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)


def _write_ledger(workspace: Workspace, public: Workspace) -> None:
    for old in public.ledger.glob("ledger.sqlite*"):
        old.unlink()
    ledger = Ledger(public.ledger)
    for delivery in _open_deliveries(workspace):
        ledger.record(delivery)


def _open_deliveries(workspace: Workspace) -> Iterator[dict[str, object]]:
    for delivery in Ledger(workspace.ledger).deliveries().iter_rows(named=True):
        yield delivery | ({"reason": WITHHELD} if delivery["reason"] else {})
