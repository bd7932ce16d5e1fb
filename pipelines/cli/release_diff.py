"""`dovetail releases diff`: what differs from one release to another, on the terminal, as JSON or as a page."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.one_line import one_line
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore, order

SHOWN = 10


@click.command("diff", short_help="What changed from one release to another.")
@click.argument("earlier", required=False)
@click.argument("later", required=False)
@click.option("--limit", default=SHOWN, show_default=True, type=click.IntRange(1), help="Most rows of each list.")
@click.option("--page", is_flag=True, help="Put it as a page into the report of the later release.")
@warehouse_option
@json_option
def diff(earlier: str | None, later: str | None, limit: int, page: bool, warehouse: Path | None, as_json: bool) -> None:
    """What changed from release EARLIER to release LATER: figures, gaps, comparisons, structures, definitions.

    \b
    dovetail releases diff                     from the release before the current one to the current one
    dovetail releases diff 2026.1 2026.3
    dovetail releases diff 2026.1 --page       from 2026.1 to the current one, as a page of its report

    Each release also holds its difference from the one before it: diff.json, and the page "What changed".
    """
    from pipelines.cli.releases import release_of
    from pipelines.releases.diff import LISTED, differences
    from pipelines.workspace import open_workspace

    workspace = open_workspace(None, warehouse)
    store = ReleaseStore(workspace.warehouse)
    new = release_of(later, warehouse)
    old = store.get(earlier) if earlier else _before(store, new)
    found = differences(old, new, limit if not (as_json or page) else max(limit, LISTED))
    if page:
        from reports.release import ReleaseNotSound
        from reports.site import add_differences

        into = store.warehouse / "reports" / new.release_id
        try:
            written = add_differences(new.path, into, found, language=workspace.reports.language)
        except (FileNotFoundError, ReleaseNotSound) as nothing:
            raise click.ClickException(str(nothing)) from nothing
        click.echo(f"Page:     {written}")
    elif as_json:
        click.echo(json.dumps(found, indent=1))
    else:
        for line in _lines(found):
            click.echo(line)


def _before(store: ReleaseStore, release: Release) -> Release:
    older = [each for each in store.list() if order(each.release_id) < order(release.release_id)]
    if not older:
        raise ReleaseNotFound(f"There is no release before {release.release_id} to compare it with.")
    return older[-1]


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield f"From release {found['earlier']} to {found['later']}:"
    if why := found.get("not_compared"):
        yield f"  not compared: {why}"
        return
    for name, (before, after) in found["inputs"].items():
        yield f"  {name}: {_short(before)} -> {_short(after)}"
    for name, lines in (
        ("deliveries", _deliveries), ("tables", _tables), ("cells", _cells), ("gaps", _gaps),
        ("comparisons", _comparisons), ("structures", _structures),
    ):  # fmt: skip
        part = found[name]
        if "not_compared" in part:
            yield f"{name.capitalize()}: not compared, because {part['not_compared']}"
        else:
            yield from lines(part)
    for table, part in found["definitions"].items():
        if "not_compared" in part:
            yield f"{table}: not compared, because {part['not_compared']}"
        elif any(part[what]["count"] for what in ("added", "removed", "changed")):
            yield _counted(table, part)
            for row in part["changed"]["listed"]:
                named = " ".join(str(value) for name, value in row.items() if name != "columns")
                yield f"  {named}: {', '.join(row['columns'])}"


def _deliveries(part: dict[str, Any]) -> Iterator[str]:
    yield f"Deliveries: {part['added']['count']:,} more"


def _tables(part: dict[str, Any]) -> Iterator[str]:
    for what in ("added", "removed"):
        if part[what]:
            yield f"Tables {what}: {', '.join(part[what])}"
    for table in part["changed"]:
        said = [f"{len(names)} columns {what}: {', '.join(names)}" for what, names in _column_changes(table) if names]
        yield f"Table {table['table']}: {'; '.join(said)}"


def _column_changes(table: dict[str, Any]) -> list[tuple[str, list[str]]]:
    types = [f"{name} {old} -> {new}" for name, (old, new) in table["types_changed"].items()]
    return [("added", table["columns_added"]), ("removed", table["columns_removed"]), ("of another type", types)]


def _cells(part: dict[str, Any]) -> Iterator[str]:
    yield f"Figures: {part['changed']:,} changed, {part['added']:,} added, {part['removed']:,} removed"
    yield (
        f"  of those that changed {part['up']:,} went up, {part['down']:,} went down, {part['gained_value']:,} gained a"
        f" value, {part['lost_value']:,} lost it, {part['marker']:,} changed a marker, {part['counts']:,} only a count"
    )
    for row in part["indicators"]["listed"]:
        yield (
            f"  {row['indicator_id']} ({row['definition_version']}): {row['changed']:,} changed,"
            f" {row['added']:,} added, {row['removed']:,} removed"
        )
        for cell in row["moved"][:1]:
            yield (
                f"    most: {cell['area_code']} {cell['period_start']} to {cell['period_end']} {cell['breakdown_id']}:"
                f" {_with_interval(cell, 'before')} -> {_with_interval(cell, 'after')}"
            )
    yield from _more(part["indicators"], "indicators")


def _with_interval(cell: dict[str, Any], when: str) -> str:
    value, lower, upper = (cell[f"{name}_{when}"] for name in ("value", "lower_95", "upper_95"))
    return f"{value:g}" if lower is None else f"{value:g} ({lower:.4g} to {upper:.4g})"


def _gaps(part: dict[str, Any]) -> Iterator[str]:
    yield "Gaps: " + ", ".join(f"{part[what]['count']:,} {what}" for what in ("opened", "reopened", "closed"))
    for what in ("opened", "reopened", "closed"):
        for row in part[what]["listed"]:
            how = f" ({row['resolution']})" if what == "closed" and row["resolution"] else ""
            where = " ".join(str(row[name]) for name in ("indicator_id", "area_code") if row[name])
            yield f"  {what:<8} {row['kind']:<4} {where or row['service_id'] or ''} {one_line(row['evidence'])}{how}"
        yield from _more(part[what], f"gaps {what}")


def _comparisons(part: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Comparisons: {part['count']:,} answer otherwise: {part['refused']:,} are refused now, "
        f"{part['no_longer_refused']:,} no longer, {part['claim_level']:,} may claim more or less, "
        f"{part['estimate']:,} with another estimate, {part['appeared']:,} new, {part['gone']:,} gone"
    )
    for row in part["listed"]:
        what = ", ".join(change.replace("_", " ") for change in row["changes"])
        reason = row["refusal_reason_after"] if row["is_refused_after"] else None
        when = f"{row['period_start']} to {row['period_end']}"
        why = f" ({one_line(reason)})" if reason else ""
        yield f"  {row['indicator_id']} by {row['typology_id']}, {when}: {what}{why}"
    yield from _more(part, "comparisons")


def _structures(part: dict[str, Any]) -> Iterator[str]:
    yield _counted("Structures", part)
    for row in part["changed"]["listed"]:
        said = ", ".join(f"{name} {_short(old)} -> {_short(new)}" for name, (old, new) in row["columns"].items())
        yield f"  {row['service_id']} in {row['typology_id']} from {row['valid_from']}: {said}"


def _counted(name: str, part: dict[str, Any]) -> str:
    return f"{name}: " + ", ".join(f"{part[what]['count']:,} {what}" for what in ("added", "removed", "changed"))


def _more(part: dict[str, Any], what: str) -> Iterator[str]:
    if part["count"] > len(part["listed"]):
        yield f"  and {part['count'] - len(part['listed']):,} more {what}; --limit shows more"


def _short(value: object) -> str:
    text = "none" if value is None else str(value)
    return text[:12] if len(text) == 64 else text
