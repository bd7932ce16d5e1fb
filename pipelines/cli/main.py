"""The group of all commands, and how errors leave the program: 0 done, 1 data refused or a check failed, 2 misuse."""

import atexit
import gc
import os
import sqlite3
import sys

import click

from pipelines.cli.backfill import backfill
from pipelines.cli.build import build
from pipelines.cli.check import check
from pipelines.cli.dev import dev
from pipelines.cli.explain import explain
from pipelines.cli.findings import findings
from pipelines.cli.gaps import gaps
from pipelines.cli.init import init
from pipelines.cli.load import load
from pipelines.cli.releases import releases
from pipelines.cli.sample import sample
from pipelines.cli.sql import sql
from pipelines.cli.status import status
from pipelines.cli.structures import structures

# No tool that we start may send usage figures anywhere.
for _name, _value in (
    ("DO_NOT_TRACK", "1"),
    ("DAGSTER_DISABLE_TELEMETRY", "1"),
    ("DBT_SEND_ANONYMOUS_USAGE_STATS", "false"),
    ("GX_ANALYTICS_ENABLED", "false"),
    # Nor may what else is installed look into our models, and to search for it costs a tenth of a small command.
    ("PYDANTIC_DISABLE_PLUGINS", "__all__"),
):
    os.environ[_name] = _value


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="dovetail")
def dovetail() -> None:
    """Join youth outcome indicators, with dates, to the structural model of the service behind them.

    \b
    A first run, on fictional data:
      dovetail sample demo/landing
      dovetail build --landing demo/landing --warehouse demo/warehouse

    Exit codes: 0 done, 1 data refused or a check failed, 2 misuse.
    """


for _command in (
    init, build, check, load, backfill, sample, status, structures, explain, gaps, findings, releases, sql, dev,
):  # fmt: skip
    dovetail.add_command(_command)


# What is refused, by where its exception is defined: to import them all would take longer than most commands do.
REFUSED = {
    "pipelines.ledger.store.LedgerError": 1,
    "pipelines.lock.Busy": 1,
    "pipelines.releases.manifest.ManifestNotReadable": 1,
    "pipelines.releases.rollback.NotAsPublished": 1,
    "pipelines.releases.store.ReleaseNotFound": 2,
    "pipelines.workspace.WorkspaceError": 2,
    "sources.catalogue.CatalogueError": 1,
}


def exit_code(error: Exception) -> int | None:
    """The exit code of a refusal that a person can act on; None for an error of the program."""
    for kind in type(error).__mro__:
        code = REFUSED.get(f"{kind.__module__}.{kind.__qualname__}")
        if code is not None:
            return code
    return None


def main() -> None:
    """Run the command; what is refused is one plain line, never a traceback."""
    # Imports make much that stays and nothing that goes: by default the collector goes through it a hundred times.
    gc.set_threshold(50_000, 20, 20)
    # Nor need it go through it to leave: with Dagster that takes two seconds, and the system takes all of it back.
    atexit.register(gc.freeze)
    try:
        dovetail.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        code, said = exit_code(error), str(error)
        if code is None and isinstance(error, (OSError, sqlite3.Error)):
            from pipelines.trouble import explained, is_known

            if is_known(said):
                code, said = 1, explained(said)
        if code is None:
            raise
        click.echo(f"dovetail: {said}", err=True)
        sys.exit(code)
