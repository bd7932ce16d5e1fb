"""`dovetail dev`: Dagster's web UI and its daemon over this workspace, on loopback."""

import os
import signal
import sys
from pathlib import Path

import click

from pipelines.cli.options import FOLDER, warehouse_option

MODULE = "pipelines.definitions"


@click.command()
@click.option("--landing", type=FOLDER, help="Folder of delivered files (else from dovetail.toml).")
@warehouse_option
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
@click.option(
    "--part",
    type=click.Choice(["both", "webserver", "daemon"]),
    default="both",
    show_default=True,
    help="Start one program alone, for service files.",
)
def dev(landing: Path | None, warehouse: Path | None, port: int, part: str) -> None:
    """Start Dagster's web UI and its daemon: the graph, runs, checks, schedules and sensors.

    The daemon starts work by itself: a build when new files have come to rest in the landing folder, what depends on
    a corrected register, and the schedules of the datasets' calendars. Switch any of them off under Automation.

    It listens on 127.0.0.1 only and keeps its runs in the warehouse folder (or as [dagster] in dovetail.toml says).
    Stop it with Ctrl-C.
    """
    from pipelines.orchestration.instance import end_runs_that_died, write_settings
    from pipelines.workspace import open_workspace

    workspace = open_workspace(landing, warehouse)
    # What Dagster writes of runs is the warehouse owner's alone, like the rest of it.
    os.umask(0o077)
    settings = write_settings(workspace)
    os.environ.update(settings)
    if part != "webserver":
        for run_id in end_runs_that_died(workspace, Path(settings["DAGSTER_HOME"])):
            click.echo(f"run {run_id[:8]} had stopped with its machine or program: marked as failed")
    if part != "daemon":
        click.echo(f"http://127.0.0.1:{port}  (Ctrl-C to stop)")
    address = ["-h", "127.0.0.1", "-p", str(port)]
    command = {
        "both": ["dagster", "dev", "-m", MODULE, *address],
        "webserver": ["dagster_webserver", "-m", MODULE, *address],
        "daemon": ["dagster._daemon", "run", "-m", MODULE],
    }[part]
    sys.stdout.flush()
    # Dagster gives SIGTERM what SIGINT has, and what a script put in the background ignores it: it would never stop.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.execve(sys.executable, [sys.executable, "-m", *command], dict(os.environ))
