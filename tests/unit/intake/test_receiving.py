"""Receiving: the same bytes twice change nothing, a refused file is looked at again when the registers grow."""

import shutil
from dataclasses import replace

import polars as pl

from pipelines.deliveries import receive
from pipelines.landing.hashes import hash_of, known
from pipelines.landing.write import ensure_empty
from pipelines.landing_folder import landing_files
from pipelines.ledger.store import Ledger
from pipelines.releases.fingerprint import file_sha256
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue
from sources.models.vocabulary import NameVariant
from tests.unit.intake.conftest import FIXTURES

GOOD = FIXTURES / "good" / "intake"


def landed(workspace: Workspace) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(p) for p in sorted(workspace.landed.glob("observations/*/D*.parquet"))])


def test_a_good_file_lands_whole(deliver, workspace):
    outcome = deliver("good/intake/FICTIONAL_participation.csv")
    assert (outcome.verdict, outcome.rows_landed, outcome.cells_quarantined) == ("accepted", 15, 0)
    frame = landed(workspace)
    neet = frame.filter(indicator_id="neet_16_to_17_percent").sort("area_code")
    assert neet["value"].to_list() == [3.0, 3.0, 0.0]
    assert neet["denominator"].to_list() == [1200.3] * 3
    assert neet["row"].to_list() == [2, 4, 3]
    suppressed = frame.filter(indicator_id="neet_or_not_known_16_to_17_percent", area_code="FE0000005")
    assert (suppressed["value"].item(), suppressed["value_marker"].item()) == (None, "c")


def test_zero_is_zero_and_a_marker_is_no_value(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    frame = landed(workspace).filter(area_code="FE0000005")
    assert frame.filter(indicator_id="neet_16_to_17_percent")["value"].item() == 0.0
    assert frame.filter(value_marker="z")["value"].to_list() == [None]


def test_the_same_bytes_again_are_noted_and_change_nothing(deliver, workspace):
    first = deliver("good/intake/FICTIONAL_participation.csv")
    before = sorted(workspace.landed.rglob("*.parquet"))
    (again,) = receive([GOOD / "FICTIONAL_participation.csv"], workspace, load_catalogue(), again=True)
    assert again.verdict == "unchanged"
    assert first.delivery_id in again.reason
    assert sorted(workspace.landed.rglob("*.parquet")) == before
    assert Ledger(workspace.ledger).deliveries()["verdict"].to_list()[-1] == "unchanged"


def test_a_scan_passes_over_what_it_knows_without_a_line(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    before = Ledger(workspace.ledger).deliveries().height
    receive([GOOD / "FICTIONAL_participation.csv"], workspace, load_catalogue())
    assert Ledger(workspace.ledger).deliveries().height == before


def test_a_renamed_file_with_permuted_columns_still_loads(deliver, workspace, tmp_path):
    frame = pl.read_csv(GOOD / "FICTIONAL_participation.csv", infer_schema=False)
    renamed = tmp_path / "something else entirely.dat.csv"
    frame.select(reversed(frame.columns)).write_csv(renamed)
    assert deliver(renamed).rows_landed == 15


def test_a_refused_file_is_judged_again_once_its_register_is_there(tmp_path):
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    workspace.landing.mkdir()
    catalogue = load_catalogue()
    shutil.copy(GOOD / "FICTIONAL_participation.csv", workspace.landing)
    (first,) = receive(landing_files(workspace.landing), workspace, catalogue)
    assert first.problems[0].endswith("[register_not_loaded]")
    (passed_over,) = receive(landing_files(workspace.landing), workspace, catalogue)
    assert passed_over.verdict == "unchanged"
    receive([GOOD / "FICTIONAL_authorities.csv"], workspace, catalogue)
    (second,) = receive(landing_files(workspace.landing), workspace, catalogue)
    assert second.verdict == "accepted"


def test_a_spelling_added_to_the_vocabulary_has_the_file_judged_again(workspace, tmp_path):
    """The remedy that the message names works: nothing has to be delivered twice."""
    path = FIXTURES / "broken" / "intake" / "service_unknown_in_children_2021-22.csv"
    catalogue = load_catalogue()
    (first,) = receive([path], workspace, catalogue)
    assert first.cells_quarantined == 3
    spelling = NameVariant(standard="Vellow", variants=("Atlantis",), citation="this test")
    (second,) = receive([path], workspace, replace(catalogue, service_names=(*catalogue.service_names, spelling)))
    assert (second.verdict, second.cells_quarantined) == ("accepted", 0)


def test_a_file_that_is_still_refused_is_no_new_delivery(workspace):
    """However often the catalogue changes; a person who loads it again gets a line in the ledger."""
    path = FIXTURES / "broken" / "intake" / "file_unknown.csv"
    catalogue = load_catalogue()
    (first,) = receive([path], workspace, catalogue)
    before = Ledger(workspace.ledger).deliveries()
    spelling = NameVariant(standard="Vellow", variants=("Atlantis",), citation="this test")
    changed = replace(catalogue, service_names=(*catalogue.service_names, spelling))
    (second,) = receive([path], workspace, changed)
    assert (second.verdict, second.delivery_id) == ("refused", first.delivery_id)
    assert Ledger(workspace.ledger).deliveries().equals(before)
    (unchanged,) = receive([path], workspace, changed)
    assert unchanged.verdict == "unchanged"
    (told,) = receive([path], workspace, catalogue, again=True)
    assert told.delivery_id != first.delivery_id


def test_the_original_is_kept_and_never_changed(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    originals = {path.read_bytes() for path in workspace.originals.rglob("*") if path.is_file()}
    assert (GOOD / "FICTIONAL_participation.csv").read_bytes() in originals


def test_landed_rows_that_the_ledger_does_not_know_are_discarded(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    orphan = workspace.landed / "observations" / "dfe__participation_16_to_17" / "D999999.parquet"
    shutil.copy(next(workspace.landed.glob("observations/*/D*.parquet")), orphan)
    hash_of(orphan).write_text(f"{'0' * 64}  {orphan.name}\n")
    deliver("good/intake/FICTIONAL_structures.csv")
    assert not orphan.exists()
    assert not hash_of(orphan).exists()


def test_every_landed_file_has_its_hash(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    landed = list(workspace.landed.rglob("D*.parquet"))
    assert landed
    assert [path for path in landed if known(path) != file_sha256(path)] == []


def test_a_landed_file_that_gains_a_column_has_the_hash_of_what_it_became(deliver, workspace):
    deliver("good/intake/FICTIONAL_participation.csv")
    (path,) = workspace.landed.glob("observations/*/D*.parquet")
    for older in (path, path.parents[1] / "_empty.parquet"):
        pl.read_parquet(older).drop("sheet").write_parquet(older)
    ensure_empty(workspace.landed)
    assert "sheet" in pl.read_parquet(path).columns
    assert known(path) == file_sha256(path)


def test_a_sidecar_says_what_the_file_cannot(deliver, tmp_path):
    shutil.copy(FIXTURES / "broken/intake/file_ambiguous.csv", tmp_path / "table.csv")
    (tmp_path / "table.csv.delivery.yml").write_text(
        "source: yjb__cautions_or_sentences_by_service\nperiod: 2021-22\npublished: 2023-01-19\n"
    )
    outcome = deliver(tmp_path / "table.csv")
    assert (outcome.verdict, outcome.source_id) == ("accepted", "yjb__cautions_or_sentences_by_service")


def test_a_sidecar_with_an_unknown_field_is_refused_by_name(deliver, tmp_path):
    shutil.copy(FIXTURES / "broken/intake/file_ambiguous.csv", tmp_path / "table.csv")
    (tmp_path / "table.csv.delivery.yml").write_text("quelle: nowhere\n")
    outcome = deliver(tmp_path / "table.csv")
    assert outcome.verdict == "refused"
    assert "table.csv.delivery.yml: quelle" in outcome.problems[0]


DECISION = (
    "decision_id,decision_kind,subject,decided_by,decided_on,reason\n"
    "{id},resolve_conflict,0123456789abcdef0123456789abcdef,A. Person,2024-05-01,{reason}\n"
)


def test_registers_in_several_files_stand_beside_each_other(deliver, workspace, tmp_path):
    """A later file of one register takes the place of what it names, and of nothing else."""
    from pipelines.landing.registers import current_rows

    for name in ("first", "second"):
        (tmp_path / f"{name}.csv").write_text(DECISION.format(id=name, reason="read both plans"))
        assert deliver(tmp_path / f"{name}.csv").verdict == "accepted"
    (tmp_path / "again.csv").write_text(DECISION.format(id="first", reason="asked the manager"))
    deliver(tmp_path / "again.csv")
    rows = current_rows(workspace.landed, "decisions").sort("decision_id")
    reasons = dict(rows.select("decision_id", "reason").iter_rows())
    assert reasons == {"first": "asked the manager", "second": "read both plans"}


def test_a_file_with_places_in_no_register_is_judged_again_once_they_are(workspace, tmp_path):
    """The second judgement takes the place of the first, and a third look finds nothing to do."""
    catalogue = load_catalogue()
    path = FIXTURES / "broken" / "intake" / "area_unknown.csv"
    (first,) = receive([path], workspace, catalogue)
    assert (first.verdict, first.cells_quarantined) == ("accepted_in_part", 6)
    register = (GOOD / "FICTIONAL_authorities.csv").read_text().splitlines()
    (tmp_path / "more.csv").write_text(f"{register[0]}\nNNN,Nowhere,Nowhere,FE0000099,,,,England,Norrow,UA,Nowhere\n")
    receive([tmp_path / "more.csv"], workspace, catalogue)
    (second,) = receive([path], workspace, catalogue)
    assert (second.verdict, second.cells_quarantined) == ("accepted", 0)
    assert second.rows_landed == first.rows_landed + 5
    (third,) = receive([path], workspace, catalogue)
    assert third.verdict == "unchanged"
