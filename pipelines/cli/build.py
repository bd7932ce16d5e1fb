"""`dovetail build`: the main job, and what it says at the end."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import FOLDER, json_option, showing_progress, wait_option, warehouse_option
from pipelines.one_line import one_line

if TYPE_CHECKING:
    from pipelines.approval import Waiting
    from pipelines.job import BuildResult, PublicResult

SHOWN = 20


@click.command()
@click.option("--landing", type=FOLDER, help="Folder of delivered files (else from dovetail.toml).")
@warehouse_option
@click.option("--public", is_flag=True, help="Also make the public release, in which small counts are hidden.")
@click.option("--spreadsheets/--no-spreadsheets", default=None, help="Make every workbook (else as set; on when not).")
@click.option("--pdf/--no-pdf", default=None, help="Print two pages for each service (else as set; off when not).")
@click.option("--full", is_flag=True, help="Make every table new, also those of which nothing changed.")
@wait_option
@json_option
def build(
    landing: Path | None,
    warehouse: Path | None,
    public: bool,
    spreadsheets: bool | None,
    pdf: bool | None,
    full: bool,
    is_waiting: bool,
    as_json: bool,
) -> None:
    """Load what is new, build, check, release and report: the main job.

    Files of the landing folder that were judged before are passed over; when nothing is new, nothing is done.
    Of the tables of the warehouse only those are made again that something new bears on; --full makes all of them.
    A release appears whole or not at all, and the one before stays as it is. With --public, or [disclosure]
    public = true in dovetail.toml, a public release is made beside it, in the folder `public` of the warehouse.
    """
    from pipelines.job import run_build
    from pipelines.workspace import WorkspaceError, open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(landing, warehouse, is_public_asked=public, spreadsheets=spreadsheets, pdf=pdf)
    if not workspace.landing.exists():
        raise WorkspaceError(f"there is no landing folder {workspace.landing}: give --landing DIR")
    with showing_progress(quiet=as_json):
        result = run_build(workspace, load_catalogue(), math.inf if is_waiting else 0, is_full=full)
    if as_json:
        click.echo(json.dumps(asdict(result), indent=1, default=str))
    else:
        _say(result, workspace.warehouse)
    sys.exit(1 if result.failures else 0)


def _say(result: BuildResult, warehouse: Path) -> None:
    if result.failures:
        click.echo(_made(result), err=True)
        for failure in result.failures:
            click.echo(f"  {one_line(failure)}", err=True)
        return
    if result.waiting is not None and not result.outcomes:
        _say_waiting(result.waiting)
        return
    if not result.outcomes and not result.is_new:
        if result.rolled_back:
            click.echo(f"Nothing new: release {result.release_id} stands, because {result.rolled_back}.")
            click.echo("What is delivered next, or a changed setting, makes a new release.")
        else:
            click.echo(f"Nothing new since release {result.release_id}: it stands.")
        click.echo(f"Report:   {result.report}")
        return
    verdicts = Counter(outcome.verdict for outcome in result.outcomes)
    new = [outcome for outcome in result.outcomes if outcome.verdict != "unchanged"]
    click.echo(
        f"Files:    {verdicts['accepted']} accepted, {verdicts['accepted_in_part']} accepted in part,"
        f" {verdicts['refused']} refused, {verdicts['unchanged']} known already"
        + (
            f", {verdicts['still_arriving']} still being copied: the next build takes them"
            if verdicts["still_arriving"]
            else ""
        )
    )
    click.echo(
        f"Cells:    {sum(o.cells_in for o in new):,} in = {sum(o.cells_landed for o in new):,} landed"
        f" + {sum(o.cells_quarantined for o in new):,} set aside"
        f" + {sum(o.cells_out_of_scope for o in new):,} out of scope"
        f"  ({sum(o.rows_landed for o in new):,} rows landed)"
    )
    imperfect = [outcome for outcome in new if outcome.verdict in ("refused", "accepted_in_part")]
    for outcome in sorted(imperfect, key=lambda o: o.verdict)[:SHOWN]:
        more = f"  (and {outcome.places_aside - 1:,} more)" if outcome.places_aside > 1 else ""
        first = outcome.sentences(1) or [f"{one_line(outcome.path.name)}: nothing in it could be landed"]
        click.echo(f"  {outcome.verdict.replace('_', ' ')}: {first[0]}{more}")
    if len(imperfect) > SHOWN:
        click.echo(f"  and {len(imperfect) - SHOWN} more files; every one is on the report's page of deliveries")
    if result.waiting is not None:
        _say_waiting(result.waiting)
        return
    _say_attribution(warehouse)
    warnings = [check for check in result.checks if check.outcome == "warn"]
    click.echo(f"Checks:   {len(result.checks)} run, none failed that blocks, {len(warnings)} with a warning")
    state = "new" if result.is_new else "the data did not change, so the release before stands"
    click.echo(f"Release:  {warehouse / 'releases' / str(result.release_id)}  ({state})")
    if result.rolled_back and result.is_new:
        click.echo(f"          Before it, {result.rolled_back}; this one holds everything delivered so far.")
    click.echo(f"Report:   {result.report}")
    if result.public:
        _say_public(result.public, warehouse)


def _say_waiting(waiting: Waiting) -> None:
    """A build that is done and not published: what was current is current."""
    click.echo(f"Checks:   {waiting.checks} run, none failed that blocks, {waiting.warnings} with a warning")
    click.echo(f"Waiting:  release {waiting.release_id} is built and waits for a person's approval; what stood stands.")
    click.echo("          dovetail releases approve --by NAME --reason TEXT")


def _made(result: BuildResult) -> str:
    """What there is after a failure: a release may stand whose report, or whose public twin, could not be made."""
    if result.release_id is None:
        return "No release was made. What stands is as it was."
    if result.report is None:
        return f"Release {result.release_id} is made and current; its report is not: build again once this is mended."
    return f"Release {result.release_id} was made; no public release was. What stands of the public ones is as it was."


def _say_public(public: PublicResult, warehouse: Path) -> None:
    hidden = public.hidden_as_small + public.hidden_beside
    why = f"{public.hidden_as_small:,} as small, {public.hidden_beside:,} beside them"
    click.echo(f"Public:   {warehouse / 'public' / 'releases' / public.release_id}")
    click.echo(f"          {hidden:,} of {public.rows:,} figures of people hidden ({why})")
    click.echo(f"          {public.report}")


def _say_attribution(warehouse: Path) -> None:
    import duckdb

    with duckdb.connect(str((warehouse / "current").resolve() / "dovetail.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "select typology_id, count(*), count(*) filter (attribution_status like 'attributable%'),"
            " count(*) filter (attribution_status not like 'attributable%') from attributions group by 1 order by 1"
        ).fetchall()
        kinds = connection.execute(
            "select any_value(kind_title), count(*) from attribution_gaps"
            " where is_blocking and closed_in_release is null group by kind"
            " order by 2 desc limit 5"
        ).fetchall()
    for typology, scope, attributed, left in rows:
        click.echo(f"Balance:  {typology}: {scope:,} in scope = {attributed:,} attributed + {left:,} explained by gaps")
    for title, count in kinds:
        click.echo(f"          {count:>9,}  {title}")
