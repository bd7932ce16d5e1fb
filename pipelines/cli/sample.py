"""`dovetail sample`: fictional extracts in the real layouts."""

from pathlib import Path

import click

from pipelines.cli.options import FOLDER


@click.command()
@click.argument("directory", type=FOLDER)
def sample(directory: Path) -> None:
    """Write extracts of a FICTIONAL country into DIRECTORY, in the layouts of the real files.

    155 services, PSA 14 indicators 2007 to 2011, all ten KPIs over eight quarters, registers of structural models.
    The same every time. No number in them means anything.
    """
    from pipelines.sample import write

    paths = write(directory)
    size = sum(path.stat().st_size for path in paths)
    click.echo(f"{len(paths)} FICTIONAL files ({size / 1e6:.0f} MB) in {directory}")
