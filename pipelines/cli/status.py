"""`dovetail status`: what came in, which returns are there, late, missing or refused, and whom to ask."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.one_line import one_line

if TYPE_CHECKING:
    import polars as pl

REFUSED_SHOWN = 10


@click.command()
@click.option("--missing", "only_missing", is_flag=True, help="List every return to ask for, with whom to chase.")
@click.option("--dataset", help="Speak of one dataset only.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only periods that end on this day or later.")
@click.option("--on", "on_day", type=click.DateTime(["%Y-%m-%d"]), help="Tell late and missing by this day, not today.")
@click.option("--strict", is_flag=True, help="Leave with 1 when a return is late, missing or refused.")
@click.option("--notify", is_flag=True, help="Tell of overdue returns as [notify] says; once for each change.")
@warehouse_option
@json_option
def status(
    only_missing: bool,
    dataset: str | None,
    since: datetime | None,
    on_day: datetime | None,
    strict: bool,
    notify: bool,
    warehouse: Path | None,
    as_json: bool,
) -> None:
    """What came in, what should have and when, and what was refused: by dataset and period.

    A return is received, corrected (a later delivery changed its numbers), late (came after its deadline), refused
    (came, could not be loaded, and has not come again), missing (past its deadline) or due (not late yet).
    """
    import polars as pl

    from pipelines.landing.chasing import NOT_IN_ORDER, by_period, to_chase
    from pipelines.landing.expected import expected_deliveries
    from pipelines.landing.registers import registers
    from pipelines.ledger.store import Ledger
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(None, warehouse)
    catalogue = load_catalogue()
    if dataset is not None and dataset not in catalogue.datasets:
        raise click.BadParameter(f"no such dataset: {dataset}", param_hint="--dataset")
    on = on_day.date() if on_day else datetime.now(UTC).date()
    deliveries = Ledger(workspace.ledger).deliveries()
    expected = expected_deliveries(workspace.landed, deliveries, catalogue, registers(workspace.landed, catalogue), on)
    if notify:
        from pipelines.steps import look_at_returns

        look_at_returns(workspace, catalogue, sorted(expected["source_id"].unique()))
    if dataset is not None:
        deliveries = deliveries.filter(pl.col("source_id") == dataset)
        expected = expected.filter(pl.col("source_id") == dataset)
    if since is not None:
        expected = expected.filter(pl.col("period_end") >= since.date())
    periods, chased = by_period(expected), to_chase(expected)
    if as_json:
        counts = dict(expected.group_by("status").len().sort("status").iter_rows())
        parts = {
            "on": on, "counts": counts, "deliveries": deliveries.to_dicts(), "periods": periods.to_dicts(),
            "expected_deliveries": expected.to_dicts(), "to_chase": chased.to_dicts(),
        }  # fmt: skip
        click.echo(json.dumps(parts, indent=1, default=str))
    elif only_missing:
        _list(chased, on)
    else:
        _summary(deliveries, periods, chased, on)
    if strict and expected["status"].is_in(NOT_IN_ORDER).any():
        sys.exit(1)


def _summary(deliveries: pl.DataFrame, periods: pl.DataFrame, chased: pl.DataFrame, on: date) -> None:
    from pipelines.landing.chasing import STATUSES, still_refused

    click.echo(f"{deliveries.height} deliveries recorded")
    for verdict, count in sorted(deliveries.group_by("verdict").len().iter_rows()):
        click.echo(f"  {count:>5}  {verdict.replace('_', ' ')}")
    refused = still_refused(deliveries)
    for row in refused.tail(REFUSED_SHOWN).iter_rows(named=True):
        click.echo(f"  {row['delivery_id']}  {one_line(row['reason'])}")
    if refused.height > REFUSED_SHOWN:
        click.echo(f"  and {refused.height - REFUSED_SHOWN} refused before them; dovetail status --json has them all")
    if periods.is_empty():
        click.echo("No return is expected: no dataset with a calendar has been delivered yet.")
        return
    click.echo(f"Returns expected, as on {on}:")
    for (source_id,), of_dataset in periods.group_by("source_id", maintain_order=True):
        click.echo(f"  {source_id}")
        for row in of_dataset.iter_rows(named=True):
            counts = ", ".join(f"{row[status]} {status}" for status in STATUSES if row[status])
            days = f" ({row['period_start']} to {row['period_end']})" if row["period_label"] else ""
            click.echo(f"    {_period(row) + days:<40} {row['expected']:>4} expected: {counts}{_deadline(row)}")
    if chased.height:
        several = "return is" if chased.height == 1 else "returns are"
        click.echo(f"{chased.height} {several} to be asked for: dovetail status --missing says of whom.")
    else:
        click.echo("Nothing is missing.")


def _list(chased: pl.DataFrame, on: date) -> None:
    if chased.is_empty():
        click.echo(f"Nothing is missing, as on {on}.")
        return
    groups = chased.group_by("source_id", "chase", maintain_order=True)
    for (source_id, chase), of_dataset in groups:
        click.echo(f"{source_id}: {of_dataset.height} to ask for; ask {chase or 'whoever sends it'}")
        for row in of_dataset.iter_rows(named=True):
            refused = f" in {row['latest_delivery_id']}" if row["status"] == "refused" else ""
            name = one_line(row["area_name"] or row["area_code"])
            click.echo(f"  {name:<48} {_period(row):<24} {row['status']}{refused}{_overdue(row, on)}")


def _period(row: dict[str, object]) -> str:
    return str(row["period_label"] or f"{row['period_start']} to {row['period_end']}")


def _deadline(row: dict[str, object]) -> str:
    if row["due_date"]:
        return f"; due {row['due_date']}"
    if row["late_after"]:
        return f"; no deadline known, late after {row['late_after']}"
    return "; no deadline known"


def _overdue(row: dict[str, object], on: date) -> str:
    last = row["late_after"]
    days = (on - last).days if isinstance(last, date) else 0
    return f", {days} {'day' if days == 1 else 'days'} late" if days > 0 else ""
