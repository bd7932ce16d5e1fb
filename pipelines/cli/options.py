"""Options that several commands share, and how a command shows progress."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

# Whether it may be read is found out where it is read, and said with its remedy (pipelines/trouble.py).
FOLDER = click.Path(file_okay=False, readable=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def warehouse_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--warehouse`, found from dovetail.toml when not given."""
    return click.option("--warehouse", type=FOLDER, help="Warehouse folder (else from dovetail.toml).")(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--json`, for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")(command)


def wait_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--wait`, for what needs the warehouse to itself."""
    about = "Wait while another build holds the warehouse, instead of saying who does and ending."
    return click.option("--wait", "is_waiting", is_flag=True, help=about)(command)


def said_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a person may say of a file that cannot say it itself."""
    for option in (
        click.option("--published", type=click.DateTime(["%Y-%m-%d"]), help="Day the publisher said it."),
        click.option("--period", help="Period, as the dataset spells it (2021-22)."),
        click.option("--source", help="Dataset, when the header fits several."),
    ):
        command = option(command)
    return command


@contextmanager
def showing_progress(quiet: bool = False) -> Iterator[None]:
    """A moving line on a terminal, plain lines elsewhere, on standard error."""
    import sys

    from pipelines.progress import listening

    if quiet:
        yield
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.text import Text

        with (
            Console(stderr=True).status("starting") as status,
            # A file's name is text, not markup.
            listening(lambda text: status.update(Text(text))),
        ):
            yield
    else:
        with listening(lambda text: click.echo(f"  {text}", err=True)):
            yield
