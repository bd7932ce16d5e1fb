"""`dovetail structures`: how services were organised and who says so; and the register in which a person records it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.cli.options import FILE, json_option, showing_progress, warehouse_option

if TYPE_CHECKING:
    from pipelines.releases.asking import Ask
    from pipelines.releases.store import Release
    from pipelines.structures.history import Stale

DAY = click.DateTime(["%Y-%m-%d", "%d/%m/%Y"])
WORKBOOK = click.Path(dir_okay=False, writable=True, path_type=Path)
on_option = click.option("--on", "on_day", type=DAY, help="The day asked for (2022-07-01).")


@click.group()
def structures() -> None:
    """How services were organised, who says so, and whether anyone disagrees.

    \b
    dovetail structures show "Vellow" --on 2022-07-01
    dovetail structures list --typology yjb_2024 --on 2024-01-01 --contested
    dovetail structures template structure_register.xlsx
    dovetail structures check structure_register.xlsx

    Exit codes: 0 done, 1 data refused or set aside, 2 misuse.
    """


@structures.command("list")
@click.option("--typology", help="One typology only (yjb_2024).")
@click.option("--model", help="One structural model only (delivery).")
@on_option
@click.option("--contested", is_flag=True, help="Only where sources disagree and nobody has decided.")
@warehouse_option
@json_option
def list_structures(
    typology: str | None,
    model: str | None,
    on_day: datetime | None,
    contested: bool,
    warehouse: Path | None,
    as_json: bool,
) -> None:
    """Every interval of every service: its model, its days, and when it was last confirmed.

    With --on only the intervals of that day.
    """
    from pipelines.one_line import one_line
    from pipelines.structures.listing import intervals
    from pipelines.structures.text import stated

    release, ask = _current(warehouse)
    _refuse_unknown(ask, typology, model)
    rows = intervals(ask, typology=typology, model=model, on=_day(on_day), contested=contested)
    if as_json:
        click.echo(json.dumps({"release": release.release_id, "structures": rows}, indent=1, default=str))
        return
    for row in rows:
        several = " and ".join(row.get("levels") or ()) or "Several models"
        name = "Contested" if row["is_contested"] else row["model"] or row["model_id"] or several
        until = f" to {stated(row['valid_to'], row['to_precision'])}" if row["valid_to"] else " on"
        said = f"; last confirmed {row['evidence_date']}" if row["evidence_date"] else ""
        interim = " (interim)" if row["tenure"] == "interim" else ""
        click.echo(
            one_line(
                f"{row['service_name'] or row['service_id']}  [{row['typology_id']}]  {name}{interim}:"
                f" from {stated(row['valid_from'], row['from_precision'])}{until}{said}"
            )
        )
    services = len({row["service_id"] for row in rows})
    click.echo(f"{len(rows):,} intervals of {services:,} services (release {release.release_id})")


@structures.command()
@click.argument("service")
@on_option
@click.option("--typology", help="One typology only (yjb_2024).")
@warehouse_option
@json_option
def show(service: str, on_day: datetime | None, typology: str | None, warehouse: Path | None, as_json: bool) -> None:
    """How SERVICE was organised, who says so, and does anyone disagree: on a day, or over its whole history.

    SERVICE is a name, in any spelling that is known, or a service_id. Every claim is told with its document, page,
    date, words and reader; plans are told apart, for a plan is no evidence that it happened.
    """
    from pipelines.structures.history import history
    from pipelines.structures.services import ServiceNotFound, service_named
    from pipelines.structures.text import lines

    release, ask = _current(warehouse)
    _refuse_unknown(ask, typology, None)
    try:
        found = service_named(service, ask)
    except ServiceNotFound as error:
        raise click.UsageError(str(error)) from error
    told = history(found, ask, _stale(release), _day(on_day), typology)
    if as_json:
        from dataclasses import asdict

        click.echo(json.dumps({"release": release.release_id, **asdict(told)}, indent=1, default=str))
        return
    for line in lines(told):
        click.echo(line)
    click.echo(f"\nRelease {release.release_id}, built {release.manifest['built_at']}")


@structures.command()
@click.argument("file", type=FILE)
@click.option("--all", "show_all", is_flag=True, help="Show every finding.")
@warehouse_option
@json_option
def check(file: Path, show_all: bool, warehouse: Path | None, as_json: bool) -> None:
    """Say what would be taken of a structure register, and the timeline it would make of each service. Changes nothing.

    The timeline takes in what the warehouse knows already: it is what the next build would show.
    """
    from pipelines.intake.sidecar import Said
    from pipelines.screening.json_form import as_json as in_json
    from pipelines.screening.screened import screened
    from pipelines.screening.stamp import stamp
    from pipelines.screening.text import lines
    from pipelines.structures.preview import preview
    from pipelines.structures.text import lines as told
    from sources.catalogue import load_catalogue

    catalogue = load_catalogue()
    _refuse_other_files(file)
    with showing_progress(quiet=as_json or not sys.stderr.isatty()):
        tried = preview(file, _workspace_or_none(warehouse), catalogue, Said())
    screening = screened(file, tried.outcomes, catalogue, None if show_all else 5)
    if as_json:
        from dataclasses import asdict

        parts = in_json([screening], stamp(tried.missing))
        histories = [asdict(each) for each in tried.histories]
        click.echo(json.dumps(parts | {"timelines": histories}, indent=1, ensure_ascii=False, default=str))
    else:
        if tried.caveat:
            click.echo(tried.caveat)
        for line in lines(screening):
            click.echo(line)
        for each in tried.histories:
            click.echo("")
            for line in told(each):
                click.echo(line)
    sys.exit(0 if screening.is_whole else 1)


@structures.command("import")
@click.argument("file", type=FILE)
@click.option("--published", type=DAY, help="Day the register was sent.")
@warehouse_option
@json_option
def import_register(file: Path, published: datetime | None, warehouse: Path | None, as_json: bool) -> None:
    """Record a structure register as a delivery and land what is sound. `dovetail build` then makes the release."""
    from pipelines.deliveries import receive
    from pipelines.intake.sidecar import Said
    from pipelines.lock import locked
    from pipelines.one_line import one_line
    from pipelines.progress import tell
    from pipelines.workspace import open_workspace
    from sources.catalogue import load_catalogue

    workspace = open_workspace(None, warehouse)
    _refuse_other_files(file)
    said = Said(published=published.date() if published else None)
    with showing_progress(quiet=as_json), locked(workspace):
        outcomes = receive([file], workspace, load_catalogue(), options=said, again=True, progress=tell)
    if as_json:
        click.echo(json.dumps([outcome.plain() for outcome in outcomes], indent=1, default=str))
    else:
        for outcome in outcomes:
            click.echo(
                f"{outcome.delivery_id}  {one_line(file.name)}: {outcome.verdict.replace('_', ' ')},"
                f" {outcome.rows_landed:,} claims landed, {outcome.set_aside.height:,} problems"
            )
            for problem in outcome.sentences():
                click.echo(f"  {problem}")
        if any(outcome.rows_landed for outcome in outcomes):
            click.echo("Run dovetail build to have them in a release.")
    sys.exit(1 if any(o.verdict in ("refused", "accepted_in_part") for o in outcomes) else 0)


@structures.command()
@click.argument("file", type=WORKBOOK, default="structure_register.xlsx")
@warehouse_option
def template(file: Path, warehouse: Path | None) -> None:
    """Write the spreadsheet that a service manager fills in: FILE.xlsx (structure_register.xlsx when not given).

    It has one sheet to fill, instructions, and lists to choose from; with a warehouse also its services. What is
    there already is never overwritten.
    """
    from pipelines.landing.registers import current_rows
    from pipelines.structures.workbook import write_template
    from sources.catalogue import load_catalogue

    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{file.name}: the template is a spreadsheet, so its name ends in .xlsx")
    if file.exists():
        raise click.UsageError(f"{file} is there already; it may be filled in, so it is not overwritten")
    workspace = _workspace_or_none(warehouse)
    services: list[str] = []
    if workspace is not None:
        named = current_rows(workspace.landed, "service_memberships")["service_name"]
        services = sorted(named.drop_nulls().unique())
    write_template(file, load_catalogue(), services, datetime.now(UTC).date())
    click.echo(f"written  {file}")
    click.echo("Filled in, it goes into the landing folder; before that: dovetail structures check FILE")


def _current(warehouse: Path | None) -> tuple[Release, Ask]:
    from pipelines.cli.releases import release_of
    from pipelines.releases.asking import of_release

    release = release_of(None, warehouse)
    return release, of_release(release)


def _stale(release: Release) -> Stale:
    from pipelines.structures.history import Stale

    settings: dict[str, Any] = release.manifest["inputs"]["settings"]
    return Stale(settings["stale_caveat_months"], settings["stale_unassigned_months"])


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _refuse_unknown(ask: Ask, typology: str | None, model: str | None) -> None:
    from pipelines.structures.listing import models_known

    known = models_known(ask)
    if typology is not None and typology not in known:
        raise click.BadParameter(f"no such typology: {typology}; there are {', '.join(known)}", param_hint="--typology")
    models = known[typology] if typology else [name for names in known.values() for name in names]
    if model is not None and model not in models:
        there = ", ".join(dict.fromkeys(models))
        raise click.BadParameter(f"no such model: {model}; there are {there}", param_hint="--model")


def _refuse_other_files(file: Path) -> None:
    """Only a structure register is taken here: what a file is, its header says."""
    from pipelines.structures.preview import is_other

    if other := is_other(file):
        raise click.UsageError(f"{file.name} is no structure register but {other}: dovetail check and load take it")


def _workspace_or_none(warehouse: Path | None) -> Any:
    from pipelines.workspace import WorkspaceError, open_workspace

    try:
        return open_workspace(None, warehouse)
    except WorkspaceError:
        if warehouse is not None:
            raise
        return None
