"""A structure register tried out: what of it would be taken, and the timeline each service would have.

The file is received in a passing copy of the warehouse's registers and the same dbt models are built there as in a
build, so that what is shown is what would come, by the one rule there is. The warehouse itself is only read.
"""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.deliveries import dry_run, receive
from pipelines.intake.judge import recognise_file
from pipelines.intake.problems import Refused
from pipelines.intake.sidecar import Said
from pipelines.landing.export import export
from pipelines.landing.registers import registers
from pipelines.landing.write import ensure_empty
from pipelines.outcome import Outcome
from pipelines.releases.asking import of_database
from pipelines.screening.without_registers import PlacesAtTheirWord
from pipelines.structures.history import History, Stale, history
from pipelines.structures.services import Service
from pipelines.warehouse.dbt_run import build_models
from pipelines.warehouse.standing import DATABASE
from pipelines.workspace import Workspace
from sources.catalogue import Catalogue, load_catalogue

REGISTER = "dovetail__structure_register"
COPIED = (
    "authorities", "authority_changes", "authority_parents", "service_memberships", "structure_assertions", "decisions",
)  # fmt: skip
NEEDED = ("structures", "structure_assertions", "decisions", "typologies", "typology_models", "gap_kinds")


@dataclass(frozen=True)
class Preview:
    """What would become of the file, the timelines of the services it names, and what could not be looked at."""

    outcomes: list[Outcome]
    histories: tuple[History, ...] = ()
    missing: tuple[str, ...] = ()
    caveat: str | None = None


def is_other(file: Path) -> str | None:
    """The dataset a file is, where it is one that is no structure register; None where it is one, or nothing known."""
    try:
        found = recognise_file(file, file.name, Said(), load_catalogue())
    except Refused:
        return None
    names = [each.dataset.id for each in found]
    return None if REGISTER in names else ", ".join(names)


def preview(file: Path, workspace: Workspace | None, catalogue: Catalogue, said: Said) -> Preview:
    """Try a structure register out against a warehouse; without one only what the file shows by itself is checked."""
    with tempfile.TemporaryDirectory(prefix="dovetail-structures-") as folder:
        passing = _copy_of(workspace, Path(folder))
        known = registers(passing.landed, catalogue)
        believing = PlacesAtTheirWord(known, catalogue)
        if "services" in believing.missing:
            outcomes = dry_run(file, passing, catalogue, said, state=believing)
            caveat = "No register of services is loaded, so services are taken at their word and no timeline is made."
            return Preview(outcomes, missing=believing.missing, caveat=caveat)
        outcomes = receive([file], passing, catalogue, options=said, again=True)
        return Preview(outcomes, _timelines(passing, catalogue, outcomes), believing.missing)


def _copy_of(workspace: Workspace | None, folder: Path) -> Workspace:
    """The registers and the ledger of a warehouse, in a warehouse of their own."""
    passing = Workspace(folder / "landing", folder / "warehouse")
    if workspace is None:
        ensure_empty(passing.landed)
        return passing
    passing = Workspace(passing.landing, passing.warehouse, workspace.thresholds)
    for shape in COPIED:
        if (workspace.landed / shape).is_dir():
            shutil.copytree(workspace.landed / shape, passing.landed / shape)
    if workspace.ledger.is_dir():
        shutil.copytree(workspace.ledger, passing.ledger)
    ensure_empty(passing.landed)
    return passing


def _timelines(passing: Workspace, catalogue: Catalogue, outcomes: list[Outcome]) -> tuple[History, ...]:
    """The history of every service that the file names, as dbt makes it of the registers and the file together."""
    delivered = [outcome.delivery_id for outcome in outcomes if outcome.source_id == REGISTER and outcome.delivery_id]
    paths = [passing.landed / "structure_assertions" / REGISTER / f"{name}.parquet" for name in delivered]
    columns = ["service_id", "typology_id", "service_name"]
    named = [pl.read_parquet(path, columns=columns) for path in paths if path.exists()]
    if not named:
        return ()
    export(passing, catalogue, "preview", None)
    build_models(passing.warehouse, NEEDED)
    ask = of_database(passing.warehouse / DATABASE)
    pairs = pl.concat(named).unique(["service_id", "typology_id"]).sort("service_id", "typology_id")
    stale = Stale(passing.thresholds.stale_caveat_months, passing.thresholds.stale_unassigned_months)
    return tuple(
        history(Service(service, name), ask, stale, typology=typology)
        for service, typology, name in pairs.select(columns).iter_rows()
    )
