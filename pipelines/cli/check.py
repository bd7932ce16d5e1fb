"""`dovetail check`: a dry run over files, with every problem and where it is."""

import json
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from pipelines.cli.options import FILE, json_option, said_options, warehouse_option


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@said_options
@warehouse_option
@json_option
def check(
    files: tuple[Path, ...],
    source: str | None,
    period: str | None,
    published: datetime | None,
    warehouse: Path | None,
    as_json: bool,
) -> None:
    """Say what would be accepted of FILES, and every problem with sheet, row, column and reason. Changes nothing.

    Areas and services are judged against the registers of the warehouse.
    """
    from pipelines.deliveries import dry_run
    from pipelines.intake.sidecar import Said
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(None, warehouse)
    said = Said(source=source, period=period, published=published.date() if published else None)
    catalogue = load_catalogue()
    outcomes = [dry_run(path, workspace, catalogue, said) for path in files]
    if as_json:
        click.echo(json.dumps([asdict(outcome) for outcome in outcomes], indent=1, default=str))
    else:
        for outcome in outcomes:
            click.echo(
                f"{outcome.path.name}: {outcome.verdict.replace('_', ' ')}"
                f" as {outcome.source_id or 'no known dataset'}; {outcome.cells_in:,} cells ="
                f" {outcome.cells_landed:,} landed + {outcome.cells_quarantined:,} set aside"
                f" + {outcome.cells_out_of_scope:,} out of scope"
            )
            for problem in outcome.problems:
                click.echo(f"  {problem}")
    sys.exit(1 if any(outcome.problems for outcome in outcomes) else 0)
