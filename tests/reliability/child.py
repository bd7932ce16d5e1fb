"""The process of one build: forked from a warm one, its words in two files, its injury inflicted before it begins."""

import gc
import os
import sys
from pathlib import Path

from tests.reliability.injuries import Injury


def dovetail(arguments: list[str], said: Path, injury: Injury) -> None:
    """Run the command as a person would, with `said`.out and `said`.err for what it prints."""
    _begin(said, injury)
    sys.argv = ["dovetail", *arguments]
    from pipelines.cli.main import main

    _end(main)


def steps(landing: Path, warehouse: Path, first: str, said: Path, injury: Injury) -> None:
    """Run the steps of the main job from `first` on, without Dagster: the same writes at a fraction of the cost."""
    _begin(said, injury)
    from pipelines import steps as job
    from pipelines.lock import locked
    from pipelines.progress import tell
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace, catalogue = open_workspace(landing, warehouse, spreadsheets=False), load_catalogue()
    whole = {
        "receive": lambda: job.receive_new(workspace, catalogue, None, tell),
        "prepare": lambda: job.prepare(workspace, catalogue),
        "landing gate": lambda: job.landing_gate(workspace),
        "dbt": lambda: job.build_models(workspace),
        "gates": lambda: (job.attribution_gate(workspace), job.release_gate(workspace)),
        "publish": lambda: job.publish(workspace, catalogue, tell),
        "report": lambda: job.report(workspace),
    }

    def run() -> None:
        with locked(workspace):
            for name in list(whole)[list(whole).index(first) :]:
                tell(name)
                whole[name]()

    _end(run)


def _begin(said: Path, injury: Injury) -> None:
    gc.freeze()
    for number, name in ((1, ".out"), (2, ".err")):
        descriptor = os.open(said.with_name(said.name + name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.setdefault("COLUMNS", "200")
    injury.inflict()


def _end(run) -> None:  # type: ignore[no-untyped-def]
    code: object = 0
    try:
        run()
    except SystemExit as ended:
        code = ended.code
    sys.stdout.flush()
    sys.stderr.flush()
    # Straight out: the memory of the warm process need not be taken down.
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
