"""`dovetail releases rollback | prune | pin | unpin`: which release is current and which are kept."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.releases.store import Release, ReleaseStore

if TYPE_CHECKING:
    from pipelines.workspace import Workspace

KEPT = 12
SHOWN = 10


@click.command(short_help="Make an earlier release current again.")
@click.argument("release_id", required=False)
@click.option("--reason", default="", help="Why, in a few words; every later build repeats it while this stands.")
@warehouse_option
@json_option
def rollback(release_id: str | None, reason: str, warehouse: Path | None, as_json: bool) -> None:
    """Make an earlier release current again (the one before the current one when none is named).

    \b
    dovetail releases rollback --reason "wrong figures for Vellow"
    dovetail releases rollback 2026.3

    Every file of it is verified first. Readers are given it at once; nothing is removed, and the release that was
    left can be made current again in the same way. What was delivered stays in the ledger: builds change nothing
    while nothing is new, and the next delivery makes a new release of everything delivered. So deliver what puts
    the mistake right before the next build.
    """
    from pipelines.build_state import last_fingerprint
    from pipelines.lock import locked
    from pipelines.releases.rollback import roll_back, target
    from pipelines.workspace import open_workspace

    workspace = open_workspace(None, warehouse)
    done = []
    with locked(workspace):
        store = ReleaseStore(workspace.warehouse)
        to = target(store, release_id)
        was = store.current_id()
        for each in _with_public(workspace):
            releases = ReleaseStore(each.warehouse)
            if each.is_public and to.release_id not in {release.release_id for release in releases.list()}:
                continue
            made = roll_back(
                releases,
                releases.get(to.release_id),
                at=datetime.now(UTC).replace(tzinfo=None),
                reason=reason,
                built_from=[last_fingerprint(each)],
            )
            done.append((each, made))
        report = _report(workspace, to)
    still = _only_in(store, was, to)
    if as_json:
        said = {"release_id": to.release_id, "left": was, "report": str(report), "deliveries_left": still}
        click.echo(json.dumps(said | {"public_too": len(done) > 1}, indent=1))
        return
    click.echo(f"Release {to.release_id} is current; {was} was left and is still there.")
    if len(done) > 1:
        click.echo(f"The public release {to.release_id} is current too.")
    elif ReleaseStore(workspace.public.warehouse).current_id():
        click.echo("The public release stays as it is: there is none of that number.", err=True)
    if still:
        click.echo(f"Delivered since and still in the ledger, so the next release holds {_it(still)} again:")
        for delivery in still[:SHOWN]:
            click.echo(f"  {delivery}")
        if len(still) > SHOWN:
            click.echo(f"  and {len(still) - SHOWN:,} more")
    click.echo("Builds change nothing until something new is delivered or set.")
    click.echo(f"Report:   {report}")


@click.command(short_help="Remove old releases that nothing needs.")
@click.option("--keep", default=KEPT, show_default=True, type=click.IntRange(1), help="How many of the newest stay.")
@click.option("--dry-run", is_flag=True, help="Say what would go, and why the others stay; remove nothing.")
@warehouse_option
@json_option
def prune(keep: int, dry_run: bool, warehouse: Path | None, as_json: bool) -> None:
    """Remove old releases with their reports and the charts that no other report uses.

    \b
    dovetail releases prune --dry-run
    dovetail releases prune --keep 8

    Never removed: the current release, the newest, a pinned one, and one that alone can say what was known on some day,
    because it holds a published value that no release which stays holds. Numbers are never given again.
    """
    from pipelines.lock import locked
    from pipelines.releases.prune import forget_pictures, plan, remove, size
    from pipelines.workspace import open_workspace

    workspace = open_workspace(None, warehouse)
    said: list[dict[str, Any]] = []
    with locked(workspace):
        for each in _with_public(workspace):
            store = ReleaseStore(each.warehouse)
            for fate in plan(store, keep):
                entry: dict[str, Any] = {
                    "release_id": fate.release.release_id,
                    "is_public": each.is_public,
                    "goes": fate.goes,
                    "because": fate.because or None,
                    "bytes_freed": size(fate.release.path)[1] if fate.goes else 0,
                }
                said.append(entry)
                if fate.goes and not dry_run:
                    remove(store, fate.release)
            if not dry_run and any(entry["goes"] for entry in said):
                forget_pictures(store)
    if as_json:
        click.echo(json.dumps(said, indent=1))
        return
    for entry in said:
        name = f"{entry['release_id']}{' (public)' if entry['is_public'] else ''}"
        gone = "would go" if dry_run else "removed"
        what = f"{gone}, {in_bytes(entry['bytes_freed'])}" if entry["goes"] else f"stays: {entry['because']}"
        click.echo(f"{name:<18} {what}")
    if not any(entry["goes"] for entry in said):
        click.echo("Nothing to remove.")


@click.command(short_help="Keep a release whatever prune is told.")
@click.argument("release_id")
@warehouse_option
@json_option
def pin(release_id: str, warehouse: Path | None, as_json: bool) -> None:
    """Keep a release whatever `prune` is told: one that a paper cites, or that was sent out."""
    _store(warehouse).pin(release_id)
    _say_pinned(warehouse, as_json)


@click.command(short_help="Let a pinned release go when its time comes.")
@click.argument("release_id")
@warehouse_option
@json_option
def unpin(release_id: str, warehouse: Path | None, as_json: bool) -> None:
    """Let a pinned release be removed again when its time comes."""
    _store(warehouse).unpin(release_id)
    _say_pinned(warehouse, as_json)


def in_bytes(size: int) -> str:
    """A size as a person reads it."""
    for unit, bytes_of in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= bytes_of:
            return f"{size / bytes_of:,.1f} {unit}"
    return f"{size} bytes"


def _say_pinned(warehouse: Path | None, as_json: bool) -> None:
    from pipelines.releases.store import order

    pinned = sorted(_store(warehouse).pinned(), key=order)
    click.echo(json.dumps(pinned) if as_json else f"Pinned: {', '.join(pinned) or 'none'}.")


def _store(warehouse: Path | None) -> ReleaseStore:
    from pipelines.workspace import open_workspace

    return ReleaseStore(open_workspace(None, warehouse).warehouse)


def _with_public(workspace: "Workspace") -> "Iterator[Workspace]":
    """The workspace, and the public one beside it when it has releases."""
    yield workspace
    if ReleaseStore(workspace.public.warehouse).list():
        yield workspace.public


def _report(workspace: "Workspace", release: Release) -> Path:
    """The front page of the current release's report, rendered where it is not there."""
    front = workspace.warehouse / "reports" / release.release_id / "index.html"
    if not front.exists():
        from pipelines.steps import report

        return report(workspace)
    return front


def _only_in(store: ReleaseStore, left: str | None, to: Release) -> list[str]:
    """What was delivered to the release that was left and not to the one that is current now, in words."""
    from pipelines.releases.query import QueryRefused, run_sql
    from pipelines.releases.store import ReleaseNotFound

    wanted = "select delivery_id, file_name from deliveries where verdict <> 'unchanged' order by recorded_at, 1"
    try:
        known = {delivery for delivery, _ in run_sql(to, wanted)[1]}
        return [
            f"{delivery}  {name}"
            for delivery, name in run_sql(store.get(left or ""), wanted)[1]
            if delivery not in known
        ]
    except (ReleaseNotFound, QueryRefused):
        return []


def _it(deliveries: list[str]) -> str:
    return "it" if len(deliveries) == 1 else "them"
