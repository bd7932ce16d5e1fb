"""`dovetail dev`: Dagster's web UI over this workspace, on loopback."""

import os
import sys
from pathlib import Path

import click

from pipelines.cli.options import FOLDER, warehouse_option

INSTANCE = "telemetry:\n  enabled: false\nnux:\n  enabled: false\n"


@click.command()
@click.option("--landing", type=FOLDER, help="Folder of delivered files (else from dovetail.toml).")
@warehouse_option
@click.option("--port", default=3000, show_default=True, help="Port on 127.0.0.1.")
def dev(landing: Path | None, warehouse: Path | None, port: int) -> None:
    """Start Dagster's web UI on this machine: the graph, the runs, the checks, the schedule and the sensor.

    It listens on 127.0.0.1 only and keeps its runs in the warehouse folder. Stop it with Ctrl-C.
    """
    from pipelines.workspace import open_workspace

    workspace = open_workspace(landing, warehouse)
    home = workspace.warehouse / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    environment = os.environ | {
        "DAGSTER_HOME": str(home),
        "DOVETAIL_LANDING": str(workspace.landing),
        "DOVETAIL_WAREHOUSE": str(workspace.warehouse),
    }
    click.echo(f"http://127.0.0.1:{port}  (Ctrl-C to stop)")
    os.execve(
        sys.executable,
        [sys.executable, "-m", "dagster", "dev", "-m", "pipelines.definitions", "-h", "127.0.0.1", "-p", str(port)],
        environment,
    )
