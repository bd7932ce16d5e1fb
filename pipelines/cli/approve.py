"""`dovetail releases approve`: let the build that waits be published, with a name and a reason."""

import sys
from pathlib import Path

import click

from pipelines.cli.options import FOLDER, showing_progress, warehouse_option
from pipelines.one_line import one_line


@click.command()
@click.option("--by", required=True, help="Your name; it stands in the release's MANIFEST.")
@click.option("--reason", required=True, help="Why it may be published; it stands there too.")
@click.option("--landing", type=FOLDER, help="Folder of delivered files (else from dovetail.toml).")
@warehouse_option
def approve(by: str, reason: str, landing: Path | None, warehouse: Path | None) -> None:
    """Publish and report the build that waits for approval.

    With [approval] required = true in dovetail.toml a build stops once every check has passed. What was current stays
    current until a person approves; when something came in since, build again first.

    \b
    dovetail releases approve --by "A. Person" --reason "Figures agreed at the board of 3 March"
    """
    from pipelines.approval import NotToApprove
    from pipelines.job import run_publish
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(landing, warehouse)
    try:
        with showing_progress():
            result = run_publish(workspace, load_catalogue(), by, reason)
    except NotToApprove as error:
        raise click.UsageError(str(error)) from error
    for failure in result.failures:
        click.echo(f"  {one_line(failure)}", err=True)
    if result.failures:
        sys.exit(1)
    state = "published" if result.is_new else "the data did not change, so the release before stands"
    click.echo(f"Release:  {workspace.warehouse / 'releases' / str(result.release_id)}  ({state})")
    click.echo(f"Report:   {result.report}")
