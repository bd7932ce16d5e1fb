"""Where Dagster keeps its runs: SQLite in the warehouse, or a PostgreSQL; and runs that died with their machine."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
import pytest

from pipelines.orchestration.instance import end_runs_that_died, write_settings
from pipelines.workspace import DagsterSettings, Workspace, WorkspaceError

pytestmark = pytest.mark.integration

PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


def workspace_of(tmp_path: Path, **settings: str) -> Workspace:
    return Workspace(tmp_path / "landing", tmp_path / "warehouse", dagster=DagsterSettings(**settings))


@pytest.fixture
def instance_of(monkeypatch):
    """Dagster's instance as `dovetail dev` would start it."""

    def opened(workspace: Workspace) -> dg.DagsterInstance:
        environment = write_settings(workspace)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return dg.DagsterInstance.from_config(environment["DAGSTER_HOME"])

    return opened


@pytest.fixture
def postgres():
    """A PostgreSQL server of this machine's own, on loopback, and the address of a database in it."""
    if PROGRAMS is None:
        pytest.skip("no PostgreSQL server is on this machine (Debian package postgresql)")
    # The server refuses to run as root: it is started as Debian's own user for it.
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        if "postgres" not in {entry.pw_name for entry in pwd.getpwall()}:
            pytest.skip("PostgreSQL does not run as root, and this machine has no user postgres")
        as_user = {"user": "postgres", "group": "postgres", "extra_groups": []}
    # Not pytest's own folder: that one is closed to every other user.
    folder = Path(tempfile.mkdtemp(prefix="dovetail-postgres-"))
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run = {"check": True, "cwd": "/", "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **as_user}
    subprocess.run([PROGRAMS / "initdb", "-D", folder / "data", "-A", "trust", "-U", "dovetail", "--no-sync"], **run)
    server = subprocess.Popen(
        [PROGRAMS / "postgres", "-D", folder / "data", "-p", str(port), "-c", "listen_addresses=127.0.0.1",
         "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user,
    )  # fmt: skip
    try:
        for _ in range(600):
            ready = [PROGRAMS / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q"]
            if subprocess.run(ready, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield f"postgresql://dovetail@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@dg.op
def nothing() -> None:
    """Nothing: a run is what is kept."""


@dg.job
def a_job() -> None:
    nothing()


def test_runs_are_kept_in_the_warehouse_unless_told_otherwise(tmp_path, instance_of):
    workspace = workspace_of(tmp_path)
    with instance_of(workspace) as instance:
        assert a_job.execute_in_process(instance=instance).success
    assert list((workspace.warehouse / "dagster").rglob("*.db"))
    with instance_of(workspace) as again:
        assert [run.status for run in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
        assert again.get_settings("telemetry") == {"enabled": False}
        assert again.get_concurrency_config().run_queue_config.max_concurrent_runs == 1


def test_runs_are_kept_in_a_postgresql_whose_address_is_in_no_file(tmp_path, instance_of, postgres, monkeypatch):
    workspace = workspace_of(tmp_path, storage="postgres", url_env="WHERE_RUNS_ARE")
    monkeypatch.setenv("WHERE_RUNS_ARE", postgres)
    with instance_of(workspace) as instance:
        assert type(instance.run_storage).__name__ == "PostgresRunStorage"
        assert a_job.execute_in_process(instance=instance).success
    with instance_of(workspace) as again:
        assert [run.status for run in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
        assert again.all_logs(again.get_runs()[0].run_id)
    written = (workspace.warehouse / "dagster" / "dagster.yaml").read_text(encoding="utf-8")
    assert postgres.partition("@")[2] not in written
    assert not list((workspace.warehouse / "dagster").rglob("*.db"))


def test_an_address_that_is_missing_or_no_address_is_named(tmp_path, monkeypatch):
    workspace = workspace_of(tmp_path, storage="postgres", url_env="WHERE_RUNS_ARE")
    monkeypatch.delenv("WHERE_RUNS_ARE", raising=False)
    with pytest.raises(WorkspaceError, match="WHERE_RUNS_ARE is not set"):
        write_settings(workspace)
    monkeypatch.setenv("WHERE_RUNS_ARE", "mysql://elsewhere")
    with pytest.raises(WorkspaceError, match="WHERE_RUNS_ARE holds no address"):
        write_settings(workspace)


def test_a_postgresql_that_does_not_answer_is_said_without_its_password(tmp_path, monkeypatch):
    workspace = workspace_of(tmp_path, storage="postgres", url_env="WHERE_RUNS_ARE")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"postgresql://dovetail:secret@127.0.0.1:{closed.getsockname()[1]}/runs"
    monkeypatch.setenv("WHERE_RUNS_ARE", address)
    with pytest.raises(WorkspaceError, match=r"WHERE_RUNS_ARE names does not answer .*: start it") as refused:
        write_settings(workspace)
    assert "secret" not in str(refused.value)


def test_what_dev_starts_can_be_asked_to_end_also_in_the_background_of_a_script(tmp_path):
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"  # as a shell does for what it puts in the background
        "os.execve = lambda *_: print('SIGINT', signal.getsignal(signal.SIGINT) is not signal.SIG_IGN)\n"
        "from pipelines.cli import main\n"
        f"sys.argv = ['dovetail', 'dev', '--warehouse', {str(tmp_path / 'warehouse')!r}]; main()\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "SIGINT True" in said.stdout, said.stderr


def test_a_run_that_died_with_its_machine_does_not_hold_up_the_queue(tmp_path, instance_of):
    from pipelines.lock import locked

    workspace = workspace_of(tmp_path)
    home = workspace.warehouse / "dagster"
    assert end_runs_that_died(workspace, home) == []
    with instance_of(workspace) as instance:
        instance.add_run(dg.DagsterRun(job_name="build_warehouse", run_id=RUN, status=dg.DagsterRunStatus.STARTED))
        with locked(workspace):
            assert end_runs_that_died(workspace, home) == []  # somebody works: it may be that run
        assert end_runs_that_died(workspace, home) == [RUN]
        assert instance.get_run_by_id(RUN).status == dg.DagsterRunStatus.FAILURE
        assert end_runs_that_died(workspace, home) == []


RUN = "5f0e2b7c-0000-4000-8000-000000000001"
