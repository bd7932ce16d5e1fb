"""What a public build is given to read: no number of a hidden row, no cell that was set aside, no words of a person."""

from datetime import datetime

import polars as pl
import pytest

from pipelines.disclosure.redact import WITHHELD, write_public_inputs
from pipelines.ledger.store import Ledger
from pipelines.workspace import Disclosure, Workspace
from sources.catalogue import load_catalogue
from sources.shapes import schema
from tests.unit.disclosure.tables import cell, frame, planned, share

TOLD = {"source_id": "invented__counts", "delivery_id": "D000001", "recorded_at": datetime(2024, 5, 1)}


@pytest.fixture
def redacted(tmp_path):
    """Redact one landed file of each shape; returns a reader of the public copy."""

    def redact(shape, rows, disclosure=None):
        workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse", disclosure=disclosure or Disclosure())
        table = frame(rows) if shape == "observations" else _table(shape, rows)
        path = workspace.landed / shape / "invented__counts" / "D000001.parquet"
        path.parent.mkdir(parents=True)
        table.write_parquet(path)
        refused = {"verdict": "refused", "reason": "row 3 holds 'Jo, 14'", "said": "Jo", "sha256": "0"}
        Ledger(workspace.ledger).record({n: v for n, v in TOLD.items() if n != "source_id"} | refused)
        done = planned(rows, disclosure) if shape == "observations" else planned([cell(9)])
        write_public_inputs(workspace, load_catalogue(), done.plan.hidden, done.found.indicators)
        return pl.read_parquet(workspace.public.landed / shape / "invented__counts" / "D000001.parquet"), workspace

    return redact


def _table(shape, rows):
    columns = schema(shape)
    return pl.DataFrame([{n: (TOLD | r).get(n) for n in columns} for r in rows], schema=columns, orient="row")


def test_a_hidden_row_keeps_its_place_and_no_number(redacted):
    rows = [share(3, 60), share(30, 60, area="norrow"), cell(None, area="oxterby", value_marker="x")]
    public, _ = redacted("observations", rows)
    assert public.schema == schema("observations")
    assert public.select("area_code", "numerator", "denominator", "value", "value_marker").rows() == [
        ("vellow", None, None, None, "c"),
        ("norrow", 30.0, 60.0, 50.0, None),
        ("oxterby", None, None, None, "x"),
    ]


def test_counts_are_rounded_and_shares_follow_from_them(redacted):
    rows = [share(33, 61), cell(12, area="norrow"), share(None, 61, value=54.0, area="oxterby"), cell(0, area="quill")]
    public, _ = redacted("observations", rows, Disclosure(round_to=5))
    assert public.select("numerator", "denominator", "value").rows() == [
        (35.0, 60.0, pytest.approx(100 * 35 / 60)),
        (None, None, 10.0),
        (None, 60.0, pytest.approx(100 * 35 / 60)),
        (None, None, 0.0),
    ]


@pytest.mark.parametrize("shape", ["quarantined_rows", "delivery_warnings"])
def test_what_stood_in_a_cell_is_told_by_its_rule_alone(shape, redacted):
    quoting = {"value": "three boys", "reason": "found 'three boys'", "remedy": "not 'three boys'"}
    public, _ = redacted(shape, [{"rule": "number_not_numeric", "row": 7, "column": "total"} | quoting])
    told = public.row(0, named=True)
    assert (told["rule"], told["row"], told["column"], told["value"]) == ("number_not_numeric", 7, "total", None)
    assert "three" not in told["reason"] + told["remedy"]


@pytest.mark.parametrize(
    ("shape", "column"),
    [("gap_evidence", "statement"), ("gap_evidence", "quote"), ("contributions", "quote"), ("decisions", "reason")],
)
def test_words_of_a_person_are_withheld(shape, column, redacted):
    public, _ = redacted(shape, [{column: "only three of them"}])
    assert public[column].to_list() == [WITHHELD]


def test_the_public_ledger_quotes_nothing(redacted):
    _, workspace = redacted("observations", [cell(9)])
    (delivery,) = Ledger(workspace.public.ledger).judgements("0")
    assert delivery["reason"] == WITHHELD
    assert delivery["said"] is None
    assert b"Jo" not in Ledger(workspace.public.ledger).path.read_bytes()


def test_nothing_of_an_earlier_public_build_is_left(redacted, tmp_path):
    old = tmp_path / "warehouse" / "public" / "landed" / "observations" / "gone" / "D000009.parquet"
    old.parent.mkdir(parents=True)
    frame([share(3, 60)]).write_parquet(old)
    redacted("observations", [cell(9)])
    assert not old.exists()
