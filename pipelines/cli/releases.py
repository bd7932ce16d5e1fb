"""`dovetail releases`: what there is, what is in one, and whether it is as it was published."""

import json
import sys
from pathlib import Path

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore


@click.group()
def releases() -> None:
    """List, show and verify releases."""


@releases.command("list")
@warehouse_option
@json_option
def list_releases(warehouse: Path | None, as_json: bool) -> None:
    """Every release, the current one marked with a star."""
    from pipelines.workspace import open_workspace

    store = ReleaseStore(open_workspace(None, warehouse).warehouse)
    found = [
        {
            "release_id": release.release_id,
            "is_current": store.is_current(release),
            "built_at": release.manifest["built_at"],
            "path": str(release.path),
        }
        for release in store.list()
    ]
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    for entry in found:
        click.echo(
            f"{'*' if entry['is_current'] else ' '} {entry['release_id']:<9} {entry['built_at']}  {entry['path']}"
        )
    if not found:
        click.echo("No release yet: run dovetail build.")


@releases.command()
@click.argument("release_id", required=False)
@warehouse_option
def show(release_id: str | None, warehouse: Path | None) -> None:
    """The MANIFEST of a release (the current one when none is named)."""
    click.echo(json.dumps(release_of(release_id, warehouse).manifest, indent=1))


@releases.command()
@click.argument("release_id", required=False)
@warehouse_option
def verify(release_id: str | None, warehouse: Path | None) -> None:
    """Check every file of a release against the fingerprints of its MANIFEST."""
    from pipelines.releases.verify import verify as problems_of

    release = release_of(release_id, warehouse)
    problems = problems_of(release)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"Release {release.release_id} is not as it was published: {len(problems)} problems.", err=True)
        sys.exit(1)
    click.echo(f"Release {release.release_id}: {len(release.manifest['files'])} files, all as published.")


def release_of(release_id: str | None, warehouse: Path | None) -> Release:
    """The named release, or the current one.

    Raises:
        ReleaseNotFound: there is none.
    """
    from pipelines.workspace import open_workspace

    store = ReleaseStore(open_workspace(None, warehouse).warehouse)
    release = store.get(release_id) if release_id else store.current()
    if release is None:
        raise ReleaseNotFound("There is no release yet: run dovetail build.")
    return release
