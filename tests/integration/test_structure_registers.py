"""The registers a person fills in, from file to release: what is told beforehand is what comes, and nothing is lost."""

import csv
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from click.testing import CliRunner

from pipelines.cli.structures import structures
from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.landing.export import export
from pipelines.landing.write import ensure_empty
from pipelines.structures.preview import preview
from pipelines.structures.workbook import write_template
from pipelines.warehouse.dbt_run import build_models
from pipelines.warehouse.standing import DATABASE
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue
from sources.shapes import schema
from tests.unit.intake.registers.conftest import CLAIM, CONTRIBUTION, GAP, MEMBERSHIP

pytestmark = pytest.mark.integration
GOOD = Path(__file__).parents[1] / "fixtures" / "good" / "intake"
PORTFOLIO = CLAIM | {"model": "portfolio", "quote": "FICTIONAL: also head of Early Help"}


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """The fictional registers of authorities and services, received."""
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    receive([GOOD / "FICTIONAL_authorities.csv", GOOD / "FICTIONAL_services.csv"], workspace, load_catalogue())
    return workspace


def written(folder: Path, name: str, *rows: dict[str, object]) -> Path:
    """A register as a file."""
    dataset = load_catalogue().datasets[f"dovetail__{name}"]
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(dict.fromkeys([*dataset.signature.required, *dataset.fields.values()])))
        writer.writeheader()
        writer.writerows(rows)
    return path


def built(workspace: Workspace, *names: str) -> duckdb.DuckDBPyConnection:
    """Some public tables as a build makes them of what is landed."""
    export(workspace, load_catalogue(), "2026.1", None)
    (workspace.warehouse / DATABASE).unlink(missing_ok=True)
    build_models(workspace.warehouse, names)
    return duckdb.connect(str(workspace.warehouse / DATABASE), read_only=True)


def test_what_check_tells_is_what_the_build_makes(workspace, tmp_path):
    rows = [
        PORTFOLIO | {"valid_to": "2022-03-31", "to_precision": "day"},
        CLAIM | {"model": "delivery", "valid_from": "2022-04-01", "from_precision": "month"},
        CLAIM | {"service": "Vellow", "source": "FICTIONAL inspection"},
        PORTFOLIO | {"service": "Vellow"},
        CLAIM | {"service": "Atlantis"},
    ]
    path = written(tmp_path, "structure_register", *rows)
    before = sorted(file.name for file in workspace.warehouse.rglob("*"))
    tried = preview(path, workspace, load_catalogue(), Said())
    assert sorted(file.name for file in workspace.warehouse.rglob("*")) == before
    told = {
        (each.service.service_id, interval.valid_from, interval.valid_to, interval.model_id, interval.is_contested)
        for each in tried.histories
        for typology in each.typologies
        for interval in typology.intervals
    }
    assert told == {
        ("quillmarsh", date(2020, 4, 1), date(2022, 3, 31), "portfolio", False),
        ("quillmarsh", date(2022, 4, 1), None, "delivery", False),
        ("vellow", date(2020, 4, 1), None, None, True),
    }
    receive([path], workspace, load_catalogue())
    with built(workspace, "structures") as connection:
        made = connection.execute("select service_id, valid_from, valid_to, model_id, is_contested from structures")
        assert told == {row for row in made.fetchall() if row[0] in ("quillmarsh", "vellow")}


def test_the_command_tells_the_timeline_and_leaves_with_1_where_a_row_is_set_aside(workspace, tmp_path):
    path = written(tmp_path, "structure_register", CLAIM, CLAIM | {"service": "Atlantis"})
    arguments = ["check", str(path), "--warehouse", str(workspace.warehouse)]
    result = CliRunner().invoke(structures, arguments)
    assert result.exit_code == 1
    assert "Integrated in an umbrella service: from 1 April 2020 on" in result.output
    assert "no register knows Atlantis" in result.output


def test_gaps_and_contributions_are_public_as_landed_and_current(workspace, tmp_path):
    first = [
        written(tmp_path, "gap_evidence", GAP, GAP | {"evidence_id": "g2", "service": "Vellow"}),
        written(tmp_path, "contributions", CONTRIBUTION | {"share_percent": "40"}),
    ]
    assert [o.verdict for o in receive(first, workspace, load_catalogue())] == ["accepted", "accepted"]
    later = written(tmp_path, "gap_evidence", GAP | {"statement": "FICTIONAL: said otherwise"})
    receive([later], workspace, load_catalogue())
    with built(workspace, "gap_evidence", "contributions") as connection:
        said = connection.execute("select evidence_id, statement, is_current from gap_evidence order by all").fetchall()
        shares = connection.execute("select service_id, share_percent, is_current from contributions").fetchall()
    assert said == [
        ("g1", GAP["statement"], False),
        ("g1", "FICTIONAL: said otherwise", True),
        ("g2", GAP["statement"], True),
    ]
    assert shares == [("quillmarsh", 40.0, True)]


def test_files_landed_before_a_shape_gained_a_column_gain_it_too(workspace, tmp_path):
    receive([written(tmp_path, "service_register", MEMBERSHIP)], workspace, load_catalogue())
    folder = workspace.landed / "service_memberships"
    files = sorted(folder.rglob("*.parquet"))
    assert len(files) == 3
    for file in files:
        pl.read_parquet(file).drop("share_percent").write_parquet(file)
    ensure_empty(workspace.landed)
    frames = [pl.read_parquet(file) for file in files]
    assert all(frame.schema == schema("service_memberships") for frame in frames)
    assert sum(frame.height for frame in frames) == 4
    assert pl.concat(frames)["share_percent"].null_count() == 4


@pytest.mark.libreoffice
def test_the_template_filled_in_and_saved_by_libreoffice_loads_as_it_was_meant(workspace, tmp_path):
    path = tmp_path / "register.xlsx"
    write_template(path, load_catalogue(), ["Quillmarsh", "Vellow"], date(2026, 11, 22))
    book = openpyxl.load_workbook(path)
    sheet = book["Structure register"]
    claim = CLAIM | {"valid_from": date(2020, 4, 1), "source_date": date(2023, 6, 30), "scope_percent": 50}
    for cell in sheet[1]:
        sheet.cell(4, cell.column, claim.get(str(cell.value)))
    book.save(path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    office = shutil.which("soffice") or "libreoffice"
    arguments = [office, profile, "--headless", "--convert-to", "ods", "--outdir", tmp_path, path]
    subprocess.run(arguments, check=True, capture_output=True, timeout=120)
    (outcome,) = receive([tmp_path / "register.ods"], workspace, load_catalogue())
    assert (outcome.verdict, outcome.rows_landed) == ("accepted", 1)
    landed = pl.read_parquet(list(workspace.landed.glob("structure_assertions/*/D*.parquet")))
    assert landed.select("service_id", "valid_from", "source_date", "scope_percent").row(0) == (
        "quillmarsh",
        date(2020, 4, 1),
        date(2023, 6, 30),
        50.0,
    )
    choices = zipfile.ZipFile(tmp_path / "register.ods").read("content.xml").decode()
    assert "INDIRECT(&quot;models_&quot;&amp;" in choices
