"""`dovetail releases`: what there is, what is in one, how two differ, and whether one is as it was published."""

import json
import sys
from pathlib import Path

import click

from pipelines.cli.approve import approve
from pipelines.cli.options import json_option, warehouse_option
from pipelines.one_line import one_line
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore


@click.group()
def releases() -> None:
    """List, show, compare and verify releases."""


releases.add_command(approve)


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


@releases.command("diff")
@click.argument("earlier", required=False)
@click.argument("later", required=False)
@click.option("--limit", default=20, show_default=True, help="Most gaps to print of each sort; 0 for all.")
@warehouse_option
@json_option
def diff(earlier: str | None, later: str | None, limit: int, warehouse: Path | None, as_json: bool) -> None:
    """What changed in the gap ledger from release EARLIER to release LATER.

    \b
    Without names: from the release before the current one to the current one.
    dovetail releases diff 2026.1 2026.3
    """
    from pipelines.answers.ledger import moved
    from pipelines.releases.asking import of_release

    new = release_of(later, warehouse)
    old = release_of(earlier, warehouse) if earlier else _before(new, warehouse)
    found = moved(of_release(old), of_release(new))
    if as_json:
        parts = {"earlier": old.release_id, "later": new.release_id, **found}
        click.echo(json.dumps(parts, indent=1, default=str))
        return
    click.echo(f"The gap ledger from {old.release_id} to {new.release_id}:")
    for name, rows in found.items():
        click.echo(f"  {len(rows):,} {name}")
        for row in rows[:limit] if limit else rows:
            how = f" ({row['resolution']})" if name == "closed" and row["resolution"] else ""
            where = " ".join(str(row[part]) for part in ("indicator_id", "area_code") if row[part])
            click.echo(f"    {row['kind']:<4} {where or row['service_id'] or ''} {one_line(row['evidence'])}{how}")
        if limit and len(rows) > limit:
            click.echo(f"    and {len(rows) - limit:,} more; --limit 0 for all")


def _before(release: Release, warehouse: Path | None) -> Release:
    from pipelines.workspace import open_workspace

    known = ReleaseStore(open_workspace(None, warehouse).warehouse).list()
    places = [place for place, each in enumerate(known) if each.release_id == release.release_id]
    if not places or places[0] == 0:
        raise ReleaseNotFound(f"There is no release before {release.release_id} to compare it with.")
    return known[places[0] - 1]


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
