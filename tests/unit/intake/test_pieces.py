"""A file read in pieces comes out as the same file read whole: rows, findings and counts of cells."""

import functools
import random

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake import judge as judging
from pipelines.intake.layouts import candidates
from pipelines.readers import Pieces, open_file
from sources.catalogue import load_catalogue

DELIVERY = ("observation_id", "delivery_id", "recorded_at")
NAMES = ("FirstYJS", "Under18concep", "16-17 NEET", "LAC_Convictions", "Nobody knows", "YJS_Caution-Sentence10-17_YO")


def _long_file(path, rows: int) -> None:
    """A long file with numbers, markers, text, unknown areas, repeats that agree and repeats that differ."""
    chance = random.Random(7)
    places = [("301", "Quillmarsh"), ("302", "Vellow"), ("399", "Atlantis"), ("", "Norrow")]
    lines = ["Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region"]
    for _ in range(rows):
        code, name = chance.choice(places)
        cell = chance.choice(["1.5", "2", "-", "three", "~", "9999999", "7.25"])
        year = chance.choice(["2015", "2016", "2017", "2018", "2019", "2016-17", "2020 (Rev)"])
        lines.append(f'{chance.choice(NAMES)},"an item, quoted",{year},{name},{cell},{code},North')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def departments(workspace, tmp_path):
    """The fictional authorities with department codes."""
    path = tmp_path / "departments.csv"
    path.write_text(
        "new_la_code,la_name,date_of_operation,date_of_termination,parent_geography_code,entity_code,"
        "entity_description,status,old_la_code\n"
        "FE0000001,Quillmarsh,01/01/2009,,E12000001,E06,Unitary Authorities,live,301\n"
        "FE0000005,Vellow,01/01/2009,31/12/2018,E12000001,E06,Unitary Authorities,ended,302\n"
    )
    receive([path], workspace, load_catalogue())
    return workspace


def _received(path, workspace):
    (outcome,) = receive([path], workspace, load_catalogue())
    (landed,) = workspace.landed.glob(f"observations/*/{outcome.delivery_id}.parquet")
    key = ["indicator_id", "area_code", "period_start", "period_type", "row"]
    return outcome, pl.read_parquet(landed).drop(*DELIVERY).sort(key)


@pytest.mark.parametrize("rows", [150, 400])
def test_pieces_change_nothing(rows, departments, tmp_path, monkeypatch):
    whole, pieces = tmp_path / "whole.csv", tmp_path / "pieces.csv"
    _long_file(whole, rows)
    pieces.write_text(whole.read_text() + "\n")
    outcome, landed = _received(whole, departments)
    small = Pieces(**dict.fromkeys(Pieces.__dataclass_fields__, 512))
    monkeypatch.setattr(judging, "open_file", functools.partial(open_file, pieces=small))
    monkeypatch.setattr(candidates, "IN_MEMORY", 5)
    # The earlier delivery is compared with; what it says of revisions is not what is asked here.
    outcome_in_pieces, landed_in_pieces = _received(pieces, departments)
    assert landed_in_pieces.equals(landed)
    counts = ("cells_in", "cells_landed", "cells_quarantined", "cells_out_of_scope", "rows_landed", "places_aside")
    assert [getattr(outcome_in_pieces, name) for name in counts] == [getattr(outcome, name) for name in counts]
    aside = ["rule", "row", "column", "value", "reason", "cells"]
    totals = pl.col("cells").sum()
    assert (
        outcome_in_pieces.set_aside.group_by(aside[0]).agg(totals).sort("rule").rows()
        == outcome.set_aside.group_by(aside[0]).agg(totals).sort("rule").rows()
    )
    by_cell = outcome.set_aside.filter(pl.col("rule") == "key_duplicate").select(aside).sort(aside)
    assert by_cell.height
    assert by_cell.equals(
        outcome_in_pieces.set_aside.filter(pl.col("rule") == "key_duplicate").select(aside).sort(aside)
    )
