"""A pair of which no number landed is refused and leaves nothing behind, not even what its metadata file says."""

from pipelines.deliveries import receive
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES

PAIR = FIXTURES / "good" / "tidy"
AUTHORITIES = FIXTURES / "good" / "intake" / "FICTIONAL_authorities.csv"


def test_without_a_number_there_is_no_indicator(tmp_path):
    """Every row is of an area that no register knows."""
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    for name in ("norrow_absence.csv", "norrow_absence.meta.csv"):
        text = (PAIR / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("FE", "XX").replace("FR", "XX"), encoding="utf-8")
    paths = [AUTHORITIES, tmp_path / "norrow_absence.csv", tmp_path / "norrow_absence.meta.csv"]
    (outcome,) = [o for o in receive(paths, workspace, load_catalogue()) if o.path == paths[1]]
    assert (outcome.verdict, outcome.cells_landed, outcome.rows_landed) == ("refused", 0, 0)
    assert list((workspace.landed / "topic_indicators").glob("*/D*.parquet")) == []
