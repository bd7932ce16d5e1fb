"""`dovetail gaps`: the gap ledger, and which gaps would change an answer."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import json_option, warehouse_option
from pipelines.one_line import one_line

if TYPE_CHECKING:
    from pipelines.releases.asking import Ask


@click.command()
@click.argument("kind", required=False)
@click.option("--service", help="Only gaps of one service (id or name).")
@click.option("--would-change", is_flag=True, help="Comparisons that would answer otherwise if a gap were closed.")
@click.option("--limit", default=40, show_default=True, help="Most lines to print; 0 for all.")
@warehouse_option
@json_option
def gaps(
    kind: str | None, service: str | None, would_change: bool, limit: int, warehouse: Path | None, as_json: bool
) -> None:
    """What cannot be attributed or compared, and why: by kind, or every gap of one KIND (E1, S1, U3).

    \b
    dovetail gaps                       how many of each kind stand, and who can close them
    dovetail gaps E2                    every conflict between sources
    dovetail gaps --would-change        which gaps, if closed, would change an answer
    """
    from pipelines.answers import ledger
    from pipelines.cli.releases import release_of
    from pipelines.releases.asking import of_release
    from pipelines.structures.services import ServiceNotFound, service_named

    ask = of_release(release_of(None, warehouse))
    try:
        service_id = service_named(service, ask).service_id if service else None
        kind = _kind(kind, ask) if kind else None
    except (ServiceNotFound, ValueError) as nothing:
        click.echo(f"dovetail gaps: {nothing}", err=True)
        sys.exit(2)
    if would_change:
        rows, say = ledger.answers_changed(ask, service_id, kind), _effect
    elif kind:
        rows, say = ledger.of_kind(ask, kind, service_id), _gap
    else:
        rows, say = ledger.by_kind(ask, service_id), _counted
    if as_json:
        click.echo(json.dumps(rows, indent=1, default=str))
        return
    shown = rows[:limit] if limit else rows
    for row in shown:
        click.echo(say(row))
    if not rows:
        click.echo("No gap, closed alone, would change an answer." if would_change else "No such gap stands.")
    if len(rows) > len(shown):
        click.echo(f"Only the first {limit} of {len(rows):,} are shown; --limit 0 for all.", err=True)


def _kind(text: str, ask: "Ask") -> str:
    known = [row["kind"] for row in ask("select kind from gap_kinds order by kind")]
    if text.upper() not in known:
        raise ValueError(f"there is no kind {text}; the kinds are {', '.join(known)}")
    return text.upper()


def _counted(row: dict[str, Any]) -> str:
    changing = f", {row['would_change_answer']:,} would change an answer" if row["would_change_answer"] else ""
    blocking = "  blocks" if row["blocking"] else "        "
    return f"{row['kind']:<4} {row['gaps']:>9,}{blocking}  {row['title']}{changing} ({row['owner']})"


def _gap(row: dict[str, Any]) -> str:
    where = " ".join(str(row[name]) for name in ("indicator_id", "area_code") if row[name]) or row["service_id"] or ""
    period = f" {row['period_start']} to {row['period_end'] or 'now'}" if row["period_start"] else ""
    return f"{row['gap_id'][:8]}  {where}{period}: {one_line(row['evidence'])}"


def _effect(row: dict[str, Any]) -> str:
    who = row["service_name"] or row["service_id"] or f"all {row['gaps']} services with this gap alone"
    model = f" as {row['model']}" if row["model"] else ""
    median = ""
    if row["effect"] == "moves the median":
        median = f" from {row['median_before']:.4g} to {row['median_after']:.4g}"
    return (
        f"{row['kind']:<4} {one_line(who)}{model}: {row['effect']}{median} ({row['indicator']},"
        f" {row['period_start']} to {row['period_end']}, {row['typology_id']};"
        f" {row['services_used_after']} of {row['services_in_scope']} used)"
    )
