"""`dovetail releases`: what there is, what is in one, how two differ, and whether one is as it was published."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from pipelines.cli.approve import approve
from pipelines.cli.options import json_option, warehouse_option
from pipelines.cli.release_diff import diff
from pipelines.cli.release_keeping import in_bytes, pin, prune, rollback, unpin
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore


@click.group()
def releases() -> None:
    """List, show, compare, verify, keep and go back to releases.

    A release is numbered, whole and never changed. Readers are given the current one: `current` in the warehouse
    folder points to it. docs/guides/releases.md tells the rest.
    """


for _command in (diff, rollback, prune, pin, unpin):
    releases.add_command(_command)


releases.add_command(approve)


@releases.command("list", short_help="Every release, with its size.")
@warehouse_option
@json_option
def list_releases(warehouse: Path | None, as_json: bool) -> None:
    """Every release: which is current (*) and pinned (p), when and of how many deliveries it was built, its size.

    The last size is what removing that one release would set free: files that did not change are shared by releases.
    """
    from pipelines.releases.prune import size
    from pipelines.releases.rollback import standing
    from pipelines.workspace import open_workspace

    store = ReleaseStore(open_workspace(None, warehouse).warehouse)
    pinned = store.pinned()
    found = []
    for release in store.list():
        about = _manifest(release)
        whole, own = size(release.path)
        found.append(
            {
                "release_id": release.release_id,
                "is_current": store.is_current(release),
                "is_pinned": release.release_id in pinned,
                "built_at": about.get("built_at"),
                "deliveries": about.get("inputs", {}).get("deliveries"),
                "bytes": whole,
                "bytes_of_its_own": own,
                "path": str(release.path),
            }
        )
    if as_json:
        click.echo(json.dumps(found, indent=1))
        return
    if not found:
        click.echo("No release yet: run dovetail build.")
        return
    click.echo(f"   {'release':<9} {'built (UTC)':<17} {'deliveries':>10} {'size':>10} {'its own':>10}  folder")
    for entry in found:
        marks = f"{'*' if entry['is_current'] else ' '}{'p' if entry['is_pinned'] else ' '}"
        built = (entry["built_at"] or "cannot be read")[:16].replace("T", " ")
        counted = "" if entry["deliveries"] is None else f"{entry['deliveries']:,}"
        click.echo(
            f"{marks} {entry['release_id']:<9} {built:<17} {counted:>10} {in_bytes(entry['bytes']):>10}"
            f" {in_bytes(entry['bytes_of_its_own']):>10}  {entry['path']}"
        )
    if rollback := standing(store):
        click.echo(f"The newest is not current: {rollback.in_words()}.")


@releases.command(short_help="What a release holds and what made it.")
@click.argument("release_id", required=False)
@warehouse_option
@json_option
def show(release_id: str | None, warehouse: Path | None, as_json: bool) -> None:
    """What a release holds and what made it (the current one when none is named); --json gives its MANIFEST.

    \b
    dovetail releases show
    dovetail releases show 2026.3 --json
    """
    release = release_of(release_id, warehouse)
    if as_json:
        click.echo(json.dumps(release.manifest, indent=1))
        return
    for name, text in described(release):
        click.echo(f"{name + ':':<12} {text}")


@releases.command(short_help="Hold every byte against MANIFEST.")
@click.argument("release_id", required=False)
@warehouse_option
@json_option
def verify(release_id: str | None, warehouse: Path | None, as_json: bool) -> None:
    """Read every byte of a release and hold it against the fingerprints of its MANIFEST.

    Leaves with 1 and names each file that is missing, added or changed. Then: `dovetail releases rollback` to one that
    verifies, or `dovetail build` once something is new.
    """
    from pipelines.releases.verify import verify as problems_of

    release = release_of(release_id, warehouse)
    problems = problems_of(release)
    if as_json:
        said = {"release_id": release.release_id, "problems": [asdict(problem) for problem in problems]}
        click.echo(json.dumps(said, indent=1))
        sys.exit(1 if problems else 0)
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"Release {release.release_id} is not as it was published: {len(problems)} problems.", err=True)
        sys.exit(1)
    click.echo(f"Release {release.release_id}: {len(release.manifest['files'])} files, all as published.")


def described(release: Release) -> list[tuple[str, str]]:
    """A release in a few lines: name and text."""
    about = release.manifest
    inputs = about.get("inputs", {})
    made_from = [
        f"{name} {inputs[f'{name}_sha256'][:12]}"
        for name in ("code", "lock", "catalogue", "deliveries", "inputs")
        if inputs.get(f"{name}_sha256")
    ]
    tables = {Path(path).parts[1].removesuffix(".parquet") for path in about["files"] if path.endswith(".parquet")}
    return [
        ("Release", f"{about['release_id']}{', FICTIONAL' if about.get('is_fictional') else ''}"),
        *([("Access", about["access"])] if "access" in about else []),
        ("Built", f"{about.get('built_at', '')[:19].replace('T', ' ')} UTC by {inputs.get('program', 'dovetail')}"),
        ("Deliveries", f"{inputs.get('deliveries', 0):,}"),
        ("Holds", f"{len(tables)} public tables in {len(about['files']):,} files"),
        ("Data", about["data_fingerprint"]),
        ("Made from", ", ".join(made_from)),
        ("Settings", ", ".join(f"{name} {value}" for name, value in inputs.get("settings", {}).items())),
        ("Folder", str(release.path)),
    ]  # fmt: skip


def _manifest(release: Release) -> dict[str, Any]:
    from pipelines.releases.manifest import ManifestNotReadable

    try:
        return release.manifest
    except ManifestNotReadable:
        return {}


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
