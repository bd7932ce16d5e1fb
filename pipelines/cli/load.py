"""`dovetail load`: record and land files without building."""

import json
import math
import sys
from datetime import datetime
from pathlib import Path

import click

from pipelines.cli.options import FILE, json_option, said_options, showing_progress, wait_option, warehouse_option
from pipelines.one_line import one_line


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@said_options
@warehouse_option
@wait_option
@json_option
def load(
    files: tuple[Path, ...],
    source: str | None,
    period: str | None,
    published: datetime | None,
    warehouse: Path | None,
    is_waiting: bool,
    as_json: bool,
) -> None:
    """Record FILES as deliveries and land what is sound. `dovetail build` then makes the release.

    The same file again is recorded and changes nothing; a corrected file takes the place of what it covers, and the
    old rows stay, marked with the time they were superseded.
    """
    from pipelines.deliveries import receive
    from pipelines.intake.sidecar import Said
    from pipelines.lock import locked
    from pipelines.progress import tell
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(None, warehouse)
    said = Said(source=source, period=period, published=published.date() if published else None)
    with showing_progress(quiet=as_json), locked(workspace, math.inf if is_waiting else 0):
        outcomes = receive(files, workspace, load_catalogue(), options=said, again=True, progress=tell)
    if as_json:
        click.echo(json.dumps([outcome.plain() for outcome in outcomes], indent=1, default=str))
    else:
        for outcome in outcomes:
            click.echo(
                f"{outcome.delivery_id}  {one_line(outcome.path.name)}: {outcome.verdict.replace('_', ' ')},"
                f" {outcome.rows_landed:,} rows landed, {outcome.cells_quarantined:,} cells set aside"
            )
            for problem in outcome.sentences(20):
                click.echo(f"  {problem}")
            if outcome.verdict == "unchanged":
                click.echo(f"  {one_line(outcome.reason or '')}")
    sys.exit(1 if any(outcome.verdict == "refused" for outcome in outcomes) else 0)
