"""Feed damaged files to the readers for some minutes: `python -m tests.fuzz.fuzz_readers xlsx --minutes 10`.

Each input must give sheets or `UnreadableFile`, within 20 seconds and 4 GB on top of what Python itself has mapped. A
child process reads them, so that an end of the process is found like any other crash. The input of a crash is saved
beside the log. Not collected by pytest: run by hand or with `make fuzz`.
"""

import argparse
import contextlib
import hashlib
import math
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from pipelines.readers import Opened, Pieces, UnreadableFile, open_file, tables
from tests.fuzz.mutations import mutated
from tests.fuzz.seeds import SUFFIXES, seeds

SECONDS = 20
BYTES = 4 * 1024**3


def main() -> int:
    """Run one format and write its log; 1 where anything crashed."""
    parser = argparse.ArgumentParser(description="Feed damaged files to the readers.")
    parser.add_argument("format", choices=sorted(SUFFIXES))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir(), "fuzz"))
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    context = multiprocessing.get_context("spawn")  # a forked child would inherit the locks of Polars' threads
    runs, refused, crashes = context.Value("q", 0), context.Value("q", 0), context.Value("q", 0)
    began = time.monotonic()
    seed, ended = asked.seed, 0
    while (left := asked.minutes * 60 - (time.monotonic() - began)) > 0:
        seed += 1
        child = context.Process(target=_feed, args=(asked.format, seed, asked.out, left, runs, refused, crashes))
        child.start()
        ended += _watch(child, runs, asked, seed)
    minutes = (time.monotonic() - began) / 60
    found = crashes.value + ended
    line = f"{asked.format}: {runs.value} executions, {refused.value} refused, {minutes:.1f} minutes, {found} crashes"
    with (asked.out / f"{asked.format}.log").open("a", encoding="utf-8") as log:
        log.write(line + "\n")
    print(line)
    return 1 if found else 0


def _watch(child: Any, runs: Any, asked: argparse.Namespace, seed: int) -> int:
    """Wait for the child, end it where one input takes too long; 1 where it did not end by itself.

    Counted are the seconds of processor that it took, so that a busy machine makes no input look slow.
    """
    last, since = runs.value, math.inf
    while child.is_alive():
        child.join(0.5)
        with contextlib.suppress(OSError, IndexError):
            taken = sum(map(int, Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
            if runs.value != last:
                last, since = runs.value, taken
            elif taken - since > SECONDS * os.sysconf("SC_CLK_TCK"):
                child.kill()
                child.join()
                _save(asked.out, asked.format, seed, "took too long")
                return 1
    if child.exitcode:
        _save(asked.out, asked.format, seed, f"ended the process ({child.exitcode})")
        return 1
    return 0


def _feed(format_: str, seed: int, out: Path, seconds: float, runs: Any, refused: Any, crashes: Any) -> None:
    with contextlib.suppress(OSError), open(os.devnull, "wb") as nothing:  # noqa: PTH123 (panics of Rust go there)
        os.dup2(nothing.fileno(), 2)
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + BYTES, mapped + BYTES))
    chance = random.Random(seed)
    pool = seeds(format_)
    path = _current(out, format_, seed)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        data = mutated(chance.choice(pool), format_, chance)
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        size = max(5, len(data) // chance.choice((3, 40)))
        pieces = Pieces(whole_bytes=0, piece_bytes=size, whole_cells=0, piece_cells=40)
        try:
            exhaust(open_file(path, chance.choice((None, pieces))))
        except UnreadableFile:
            refused.value += 1
        except BaseException as error:
            crashes.value += 1
            name = hashlib.sha256("".join(traceback.format_tb(error.__traceback__)[-2:]).encode()).hexdigest()[:8]
            (out / f"{format_}-{name}{path.suffix}").write_bytes(data)
            (out / f"{format_}-{name}.txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
        runs.value += 1
    path.unlink(missing_ok=True)
    sys.exit(0)


def exhaust(opened: Opened) -> None:
    """Everything that a build would ask of a file."""
    for sheet in opened.sheets:
        header_row = None if sheet.header is not None else sheet.first_row
        if sheet.cells.height:
            for _ in tables(sheet, opened.further, header_row):
                pass
    for _ in opened.further:
        pass


def _current(out: Path, format_: str, seed: int) -> Path:
    return out / f"current-{format_}-{seed}{SUFFIXES[format_][0]}"


def _save(out: Path, format_: str, seed: int, why: str) -> None:
    current = _current(out, format_, seed)
    if current.exists():
        current.rename(out / f"{format_}-{seed}{current.suffix}")
    (out / f"{format_}-{seed}.txt").write_text(why + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
