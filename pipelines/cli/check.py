"""`dovetail check`: the screener. A dry run over files, with every problem, where it is and how to mend it."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import json_option, said_options, showing_progress, warehouse_option

if TYPE_CHECKING:
    from pipelines.intake.sidecar import Said
    from pipelines.outcome import Outcome
    from sources.catalogue import Catalogue

FILE_OR_FOLDER = click.Path(exists=True, readable=True, path_type=Path)
PAGE = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=FILE_OR_FOLDER)
@said_options
@warehouse_option
@click.option(
    "--examples", type=click.IntRange(min=1), default=5, show_default=True, help="Findings to show of a rule."
)
@click.option("--all", "show_all", is_flag=True, help="Show every finding.")
@click.option("--html", type=PAGE, help="Write a page to send back to whoever made the file.")
@json_option
def check(
    files: tuple[Path, ...],
    source: str | None,
    period: str | None,
    published: datetime | None,
    warehouse: Path | None,
    examples: int,
    show_all: bool,
    html: Path | None,
    as_json: bool,
) -> None:
    """Say what would be accepted of FILES, and every problem with sheet, row, column and remedy. Changes nothing.

    A folder stands for the files in it, as `dovetail build` takes them. Places are judged against the registers of
    the warehouse, and last figures against what is landed there; without a warehouse everything else is checked.

    Exit codes: 0 all would land (warnings do not count), 1 something would be refused or set aside, 2 misuse.
    """
    from pipelines.intake.sidecar import Said
    from pipelines.progress import tell
    from pipelines.screening.json_form import as_json as in_json
    from pipelines.screening.page import page
    from pipelines.screening.screened import Screened, screened
    from pipelines.screening.stamp import stamp
    from pipelines.screening.text import lines, summary
    from sources.catalogue import load_catalogue

    paths = _expanded(files)
    catalogue = load_catalogue()
    screening: list[Screened] = []
    with tempfile.TemporaryDirectory() as nowhere, showing_progress(quiet=as_json or not sys.stderr.isatty()):
        said = Said(source=source, period=period, published=published.date() if published else None)
        judge, missing = _judge(warehouse, Path(nowhere), said, catalogue)
        for path in paths:
            tell(f"checking {path.name}")
            screening.append(screened(path, judge(path), catalogue, None if show_all else examples))
    stamped = stamp(missing)
    if html is not None:
        html.write_text(page(screening, stamped), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(in_json(screening, stamped), indent=1, ensure_ascii=False))
    else:
        if stamped.caveat:
            click.echo(f"{stamped.caveat} Give --warehouse DIR of a warehouse with registers to have that checked too.")
        for file in screening:
            click.echo("\n".join(lines(file)))
        if len(screening) > 1:
            click.echo("\n" + "\n".join(summary(screening)))
        if html is not None:
            click.echo(f"Page:     {html}")
    sys.exit(0 if all(file.is_whole for file in screening) else 1)


def _expanded(given: tuple[Path, ...]) -> list[Path]:
    """The files given, and those of the folders given."""
    from pipelines.landing_folder import landing_files

    paths = [path for one in given for path in (landing_files(one) if one.is_dir() else [one])]
    if not paths:
        raise click.UsageError(f"there is no file to check in {', '.join(str(one) for one in given)}")
    return paths


def _judge(
    warehouse: Path | None, nowhere: Path, said: Said, catalogue: Catalogue
) -> tuple[Callable[[Path], list[Outcome]], tuple[str, ...]]:
    """How one file is judged, and the kinds of register that are missing for it.

    Without a warehouse an empty one stands in at `nowhere`.
    """
    from pipelines.deliveries import dry_run
    from pipelines.landing.registers import registers
    from pipelines.screening.without_registers import PlacesAtTheirWord
    from pipelines.workspace import WorkspaceError, open_workspace

    try:
        workspace = open_workspace(None, warehouse)
    except WorkspaceError:
        # Settings that are wrong are refused again here; that nobody named a warehouse is no mistake in a check.
        workspace = open_workspace(None, nowhere)
    believing = PlacesAtTheirWord(registers(workspace.landed, catalogue), catalogue)
    return (lambda path: dry_run(path, workspace, catalogue, said, state=believing)), believing.missing
