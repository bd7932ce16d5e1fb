"""The ledger says what a delivery was for, also of one that was refused: its period and its one area, where known."""

from datetime import date

import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.ledger.store import Ledger
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

HEADER = "Region,YOT,YOT_Number,YOT_Pop,YOT_Rate\n"
YEAR = {"period_start": date(2021, 4, 1), "period_end": date(2022, 3, 31)}
NOTHING = {"period_start": None, "period_end": None, "area_type": None, "area_code": None, "areas": 0}


@pytest.fixture
def recorded(deliver, workspace, tmp_path):
    """Deliver a file of children by service and give its line of the ledger."""

    def one(rows: str, name: str = "children.csv", **said: str) -> dict[str, object]:
        path = tmp_path / name
        path.write_text(HEADER + rows, encoding="utf-8")
        deliver(path, **({"source": "yjb__children_cautioned_or_sentenced_by_service", "period": "2021-22"} | said))
        return Ledger(workspace.ledger).deliveries().row(-1, named=True)

    return one


def covers(line: dict[str, object]) -> dict[str, object]:
    return {name: line[name] for name in NOTHING}


def test_a_return_of_one_service_names_it(recorded):
    line = recorded("Norrow,Quillmarsh,51,22452,2.3\n")
    area = {"area_type": "youth_justice_service", "area_code": "quillmarsh", "areas": 1}
    assert (line["verdict"], covers(line)) == ("accepted", YEAR | area)


def test_a_return_of_several_counts_them(recorded):
    line = recorded("Norrow,Quillmarsh,51,22452,2.3\nNorrow,Vellow,40,20000,2.0\n")
    assert covers(line) == YEAR | {"area_type": None, "area_code": None, "areas": 2}


def test_a_refused_return_is_still_somebodys(recorded):
    line = recorded("Norrow,Quillmarsh,many,few,?\n")
    area = {"area_type": "youth_justice_service", "area_code": "quillmarsh", "areas": 1}
    assert (line["verdict"], covers(line)) == ("refused", YEAR | area)


def test_a_place_that_no_register_knows_is_nobodys_return(recorded):
    line = recorded("Norrow,Atlantis,1,100,10.0\n")
    assert (line["verdict"], covers(line)) == ("refused", NOTHING | YEAR)


def test_without_registers_the_period_that_was_told_stands(tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    path = tmp_path / "children.csv"
    path.write_text(HEADER + "Norrow,Quillmarsh,51,22452,2.3\n", encoding="utf-8")
    said = Said(source="yjb__children_cautioned_or_sentenced_by_service", period="2021-22")
    (outcome,) = receive([path], workspace, load_catalogue(), options=said)
    assert "register_not_loaded" in outcome.reason
    assert covers(Ledger(workspace.ledger).deliveries().row(-1, named=True)) == NOTHING | YEAR


def test_a_template_with_every_cell_set_aside_is_still_a_return(deliver, workspace, tmp_path):
    text = (
        "return_status_id,reporting_date,yot_code,description,ns,yjs,ycc,ro,yro,cust\n"
        "7,2023-04-01,Quillmarsh,A line that nobody declares,2,1,0,5,2,0\n"
    )
    path = tmp_path / "kpi.csv"
    path.write_text(text, encoding="utf-8")
    outcome = deliver(path, source="yjb__kpi_3_send_aln")
    line = Ledger(workspace.ledger).deliveries().row(-1, named=True)
    assert outcome.cells_landed == 0
    assert (line["area_code"], line["period_end"]) == ("quillmarsh", date(2023, 6, 30))
