"""Where Dagster keeps its runs and how it behaves: the file it reads, and what is put right after a power cut.

What belongs here: settings of Dagster's own. What does not: anything of the warehouse's.
"""

import os
from pathlib import Path

from pipelines.workspace import Workspace, WorkspaceError

SETTINGS = """# Written by `dovetail dev` at each start; settings belong in dovetail.toml.
telemetry:
  enabled: false
nux:
  enabled: false
# One run at a time: one program at a time writes to a warehouse.
concurrency:
  runs:
    max_concurrent_runs: 1
# What looked and found nothing is forgotten after a week.
retention:
  schedule:
    purge_after_days: {skipped: 7, failure: 90, success: 90}
  sensor:
    purge_after_days: {skipped: 7, failure: 90, success: 90}
"""
POSTGRES = """storage:
  postgres:
    postgres_url:
      env: DOVETAIL_DAGSTER_STORAGE
"""


def write_settings(workspace: Workspace) -> dict[str, str]:
    """Write dagster.yaml into the warehouse; returns the environment that Dagster's programs need.

    The address of a PostgreSQL is read from the environment and handed on in it: it holds a password, and no file does.

    Raises:
        WorkspaceError: PostgreSQL is asked for and the environment does not say where it is, its client is missing, or
            it does not answer.
    """
    home = workspace.warehouse / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    environment = {
        "DAGSTER_HOME": str(home),
        "DOVETAIL_LANDING": str(workspace.landing),
        "DOVETAIL_WAREHOUSE": str(workspace.warehouse),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }
    text = SETTINGS
    if workspace.dagster.storage == "postgres":
        environment["DOVETAIL_DAGSTER_STORAGE"] = _address(workspace.dagster.url_env)
        text += POSTGRES
    (home / "dagster.yaml").write_text(text, encoding="utf-8")
    return environment


def _address(name: str) -> str:
    from importlib.util import find_spec

    said = os.environ.get(name)
    if not said:
        raise WorkspaceError(f"[dagster] storage is postgres, and the environment variable {name} is not set")
    if find_spec("dagster_postgres") is None:
        raise WorkspaceError("[dagster] storage is postgres, and the package dagster-postgres is not installed")
    scheme, separator, rest = said.partition("://")
    if not separator or scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise WorkspaceError(
            f"the environment variable {name} holds no address such as postgresql://user@host/database"
        )
    import psycopg2

    try:
        psycopg2.connect(f"postgresql://{rest}", connect_timeout=10).close()
    except psycopg2.OperationalError as error:
        raise WorkspaceError(
            f"[dagster] storage is postgres, and the PostgreSQL that {name} names does not answer "
            f"({str(error).strip().splitlines()[0]}): start it, or set the address right"
        ) from None
    # SQLAlchemy takes a bare postgresql:// for psycopg 3; dagster-postgres brings psycopg2.
    return f"postgresql+psycopg2://{rest}"


def end_runs_that_died(workspace: Workspace, home: Path) -> list[str]:
    """Mark runs as failed that Dagster believes to be running and that nobody runs; else they would hold up the queue.

    A run holds the warehouse's lock from beginning to end, so where the lock is free none is alive. Returns their ids.
    """
    from pipelines.lock import Busy, locked

    if not (home / "dagster.yaml").exists():
        return []
    import dagster as dg

    try:
        with locked(workspace), dg.DagsterInstance.from_config(str(home)) as instance:
            left = instance.get_runs(
                filters=dg.RunsFilter(
                    statuses=[dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
                )
            )
            for run in left:
                instance.report_run_failed(run, "The machine or the program stopped while this ran; run it again.")
            return [run.run_id for run in left]
    except Busy:
        return []
