"""`dovetail status`: returns expected, received, late and missing, and what was refused."""

import json
from pathlib import Path

import click

from pipelines.cli.options import json_option, warehouse_option


@click.command()
@warehouse_option
@json_option
def status(warehouse: Path | None, as_json: bool) -> None:
    """What came in, what should have, what was refused: by dataset and period."""
    from pipelines.landing.expected import expected_deliveries
    from pipelines.landing.registers import registers
    from pipelines.ledger.store import Ledger
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(None, warehouse)
    catalogue = load_catalogue()
    deliveries = Ledger(workspace.ledger).deliveries()
    expected = expected_deliveries(workspace.landed, deliveries, catalogue, registers(workspace.landed, catalogue))
    if as_json:
        click.echo(json.dumps({
            "deliveries": deliveries.to_dicts(), "expected_deliveries": expected.to_dicts(),
        }, indent=1, default=str))  # fmt: skip
        return
    click.echo(f"{deliveries.height} deliveries recorded")
    for verdict, count in sorted(deliveries.group_by("verdict").len().iter_rows()):
        click.echo(f"  {count:>5}  {verdict.replace('_', ' ')}")
    for row in deliveries.filter(deliveries["verdict"] == "refused").tail(10).iter_rows(named=True):
        click.echo(f"  {row['delivery_id']}  {row['reason']}")
    periods = (
        expected.group_by("source_id", "period_start", "period_label", "status").len()
        .pivot("status", index=["source_id", "period_start", "period_label"], values="len")
        .sort("source_id", "period_start")
    )  # fmt: skip
    if periods.height:
        click.echo("Returns expected:")
    for row in periods.iter_rows(named=True):
        counts = ", ".join(f"{row[s]} {s}" for s in ("received", "late", "missing") if row.get(s))
        click.echo(f"  {row['source_id']:<40} {row['period_label']:<12} {counts}")
