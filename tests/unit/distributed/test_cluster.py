"""An engine that ends while it works ends the run, with a reason; one that is stopped does not."""

import subprocess
import sys

import pytest

RUN = """
import os, subprocess, sys, time
from pathlib import Path
from pipelines.distributed.cluster import ending_with

process = subprocess.Popen([sys.executable, "-c", "import sys; sys.exit(3)" if sys.argv[1] == "leaves" else
                            "import time; time.sleep(60)"])
with ending_with(process, Path("sail.log")):
    if sys.argv[1] == "is killed":
        process.kill()
    if sys.argv[1] != "is stopped":
        time.sleep(60)
process.kill()  # SIGTERM may be ignored here: Dagster gives it what SIGINT has, and a shell's background job has none
process.wait()
print("went on")
"""


@pytest.mark.parametrize(
    ("engine", "code", "said"),
    [
        ("is killed", 1, "(signal 9): most often the machine had no memory left; its log is sail.log"),
        ("leaves", 1, "(exit code 3); its log is sail.log"),
        ("is stopped", 0, ""),
    ],
)
def test_a_run_ends_with_its_engine(engine, code, said):
    ended = subprocess.run([sys.executable, "-c", RUN, engine], capture_output=True, text=True, check=False, timeout=50)
    assert ended.returncode == code
    assert said in ended.stderr
    assert (ended.stdout == "went on\n") == (code == 0)
