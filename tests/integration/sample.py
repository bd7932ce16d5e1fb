"""The command as a person runs it, and the fictional sample built by it: what tests of a whole build share."""

import json
import os
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from tests.conftest import tool_is_there


def dovetail(*arguments: object, without_network: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    command = [sys.executable, "-m", "pipelines.cli", *map(str, arguments)]
    if without_network:
        command = ["unshare", "-rn", *command]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"})


def built_once(shared: Path) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The sample written and built in a folder that every worker of a test run has, by the first that asks.

    The build has no network where namespaces are allowed.

    Returns:
        The folder, with `landing` and `warehouse`, and what the build said.
    """
    folder, said = shared / "sample", shared / "sample.json"
    with FileLock(shared / "sample.lock"):
        if not said.exists():
            wrote = dovetail("sample", folder / "landing")
            assert wrote.returncode == 0, wrote.stderr
            run = dovetail(
                "build", "--landing", folder / "landing", "--warehouse", folder / "warehouse",
                without_network=tool_is_there("namespace"),
            )  # fmt: skip
            assert run.returncode == 0, run.stdout + run.stderr
            said.write_text(json.dumps([run.args, run.returncode, run.stdout, run.stderr]), encoding="utf-8")
    return folder, subprocess.CompletedProcess(*json.loads(said.read_text(encoding="utf-8")))
