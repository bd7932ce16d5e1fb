"""`dovetail backfill`: judge kept originals again for some periods, and touch nothing else."""

from datetime import datetime
from pathlib import Path

import click

from pipelines.cli.options import showing_progress, warehouse_option
from pipelines.one_line import one_line


@click.command()
@click.argument("dataset")
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the range.")
@click.option("--to", "last", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Last day of the range.")
@warehouse_option
def backfill(dataset: str, first: datetime, last: datetime, warehouse: Path | None) -> None:
    """Judge the kept originals of DATASET again for the periods that end in a range of days.

    They are judged with today's catalogue and registers. What comes out as it did is left alone; what comes out
    otherwise becomes a delivery that holds these periods and no other. Run `dovetail build` afterwards.

    \b
    dovetail backfill dcsf__ni_111_first_time_entrants --from 2008-04-01 --to 2010-03-31
    """
    from pipelines.backfill import judge_again
    from pipelines.lock import locked
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    catalogue = load_catalogue()
    known = catalogue.datasets.get(dataset)
    if known is None or known.shape != "observations":
        why = "no such dataset" if known is None else "a register is judged again by delivering it again"
        raise click.BadParameter(f"{why}: {dataset}", param_hint="DATASET")
    if last < first:
        raise click.BadParameter("it lies before --from", param_hint="--to")
    workspace = open_workspace(None, warehouse)
    with locked(workspace), showing_progress():
        from pipelines.progress import tell

        outcomes = judge_again(workspace, catalogue, dataset, [(first.date(), last.date())], progress=tell)
    for outcome in outcomes:
        click.echo(
            f"{outcome.delivery_id or outcome.first_delivery_id}  {one_line(outcome.file_name)}: {outcome.reason}"
        )
    changed = sum(outcome.delivery_id is not None for outcome in outcomes)
    click.echo(f"{len(outcomes)} originals judged again, {changed} came out otherwise")
