"""Engines as processes of this machine, on the loopback: a Spark master with its workers, or a Sail server.

Each is started, waited for and stopped here. A cluster that runs already needs none of it: its address is given.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import click

LOOPBACK = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 10


class EngineNotStarted(Exception):
    """A process of the engine ended or never answered; the message says which and where its log is."""


@contextmanager
def spark_cluster(logs: Path, workers: int = 2, memory: str = "1g") -> Iterator[str]:
    """A master and its workers, each a process with one core; the address of the master.

    Args:
        logs: Folder for what they say and for the workers' own folders.
        workers: How many worker processes.
        memory: Of each worker, in Spark's words.
    """
    logs.mkdir(parents=True, exist_ok=True)
    port = free_port()
    address = f"spark://{LOOPBACK}:{port}"
    # The daemons themselves need little: the workers' executors are processes of their own.
    environment = {**os.environ, "SPARK_LOCAL_IP": LOOPBACK, "SPARK_DAEMON_MEMORY": "256m"}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        processes.append(_started(
            [_spark_class(), "org.apache.spark.deploy.master.Master", "--host", LOOPBACK, "--port", str(port),
             "--webui-port", "0"], logs / "master.log", environment,
        ))  # fmt: skip
        _wait_for_port(port, processes[0], logs / "master.log")
        for number in range(1, workers + 1):
            processes.append(_started(
                [_spark_class(), "org.apache.spark.deploy.worker.Worker", "--host", LOOPBACK, "--webui-port", "0",
                 "--cores", "1", "--memory", memory, "--work-dir", str(logs / f"worker-{number}"), address],
                logs / f"worker-{number}.log", environment,
            ))  # fmt: skip
        _wait_for_words("Registering worker", workers, processes[0], logs / "master.log")
        yield address
    finally:
        for process in reversed(processes):
            _stop(process)


@contextmanager
def sail_server(logs: Path) -> Iterator[str]:
    """A Sail server; its address.

    It takes the memory that it needs, and where that is more than there is the system ends it before anything else. A
    bound would be no help: an operator of Sail's that meets it can wait for ever
    (https://github.com/apache/datafusion/issues/24883).
    """
    logs.mkdir(parents=True, exist_ok=True)
    port = free_port()
    sail = Path(sys.executable).with_name("sail")
    log = logs / "sail.log"
    process = _started([str(sail), "spark", "server", "--ip", LOOPBACK, "--port", str(port)], log, os.environ)
    with suppress(OSError):  # another system than Linux
        Path(f"/proc/{process.pid}/oom_score_adj").write_text("1000", encoding="utf-8")
    try:
        _wait_for_port(port, process, log)
        with ending_with(process, log):
            yield f"sc://{LOOPBACK}:{port}"
    finally:
        _stop(process)


@contextmanager
def ending_with(process: subprocess.Popen[bytes], log: Path) -> Iterator[None]:
    """Within, this process ends when the engine does, and says so: a client asks an engine that is gone for minutes."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(0.5):
            code = process.poll()
            if code is None:
                continue
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            why = ": most often the machine had no memory left" if code == -signal.SIGKILL else ""
            click.echo(f"the engine ended while it worked ({how}){why}; its log is {log}", err=True)
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def end_with_us() -> None:
    """Make a polite request to end (SIGTERM) leave by the way that stops what was started."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _spark_class() -> str:
    import pyspark

    return str(Path(pyspark.__file__).parent / "bin" / "spark-class")


def _started(command: list[str], log: Path, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """A process in a group of its own, so that what it starts ends with it."""
    with log.open("wb") as said:
        return subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment, start_new_session=True)


def _wait_for_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in _until_late(process, log):
        with socket.socket() as probe:
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return


def _wait_for_words(words: str, times: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in _until_late(process, log):
        if log.read_text(encoding="utf-8", errors="replace").count(words) >= times:
            return


def _until_late(process: subprocess.Popen[bytes], log: Path) -> Iterator[None]:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise EngineNotStarted(f"the engine ended while it started; its log is {log}")
        yield
        time.sleep(0.1)
    raise EngineNotStarted(f"the engine did not answer within {START_SECONDS} seconds; its log is {log}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    for way in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, way)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
