"""Going back to an earlier release, and what a build may and may not do afterwards."""

import json
from datetime import datetime

import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail
from pipelines.releases.rollback import NotAsPublished, roll_back, standing, stands_against, target
from pipelines.releases.store import ReleaseNotFound, ReleaseStore

AT = datetime(2026, 3, 2, 8, 0)


@pytest.fixture
def three(build, release_of) -> ReleaseStore:
    """Three releases, each from inputs of its own."""
    warehouse = build()
    for generation in (1, 2, 3):
        build(generation=generation)
        release_of(warehouse, inputs={"inputs_sha256": f"inputs {generation}"})
    return ReleaseStore(warehouse)


def test_the_release_before_is_current_and_every_later_one_is_still_there(three):
    made = roll_back(three, target(three, None), at=AT, reason="wrong  figures")
    assert three.current().release_id == "2026.2"
    assert (made.left, made.inputs) == ("2026.3", ("inputs 3",))
    assert [release.release_id for release in three.list()] == ["2026.1", "2026.2", "2026.3"]
    assert standing(three).in_words() == (
        "release 2026.3 was rolled back to 2026.2 on 2026-03-02 (wrong figures)"
    )  # fmt: skip


def test_inputs_of_any_release_that_was_left_change_nothing_and_others_do(three):
    roll_back(three, three.get("2026.2"), at=AT)
    roll_back(three, three.get("2026.1"), at=AT, built_from=["inputs of a build that made no release", None])
    for inputs in ("inputs 2", "inputs 3", "inputs of a build that made no release"):
        assert stands_against(three, inputs)
    assert not stands_against(three, "inputs 1")
    assert not stands_against(three, "something delivered since")


def test_a_release_made_later_ends_it(three, build, release_of):
    roll_back(three, three.get("2026.1"), at=AT)
    build(generation=4)
    assert release_of(three.warehouse).release_id == "2026.4"
    assert standing(three) is None
    assert not stands_against(three, "inputs 3")


def test_the_newest_made_current_again_ends_it(three):
    roll_back(three, three.get("2026.1"), at=AT)
    roll_back(three, three.get("2026.3"), at=AT)
    assert three.current().release_id == "2026.3"
    assert standing(three) is None


def test_a_release_that_was_changed_is_refused_and_what_was_current_stays(three):
    file = three.get("2026.1").path / "data" / "services.csv"
    file.chmod(0o644)
    file.write_text("other\n")
    with pytest.raises(NotAsPublished, match=r"2026\.1 is not as it was published(.|\n)*data/services\.csv"):
        roll_back(three, three.get("2026.1"), at=AT)
    assert three.current().release_id == "2026.3"
    assert standing(three) is None


def test_there_is_nothing_before_the_first(build, release_of):
    warehouse = build()
    release_of(warehouse)
    with pytest.raises(ReleaseNotFound, match=r"no release before 2026\.1"):
        target(ReleaseStore(warehouse), None)


def test_a_record_cut_short_is_passed_over(three):
    roll_back(three, three.get("2026.1"), at=AT)
    record = three.folder / ".rolled_back"
    record.write_text(record.read_text() + '{"release_id": "2026')
    assert standing(three).release_id == "2026.1"


def test_a_person_is_told_what_it_means(three, build):
    (three.warehouse / "reports" / "2026.2").mkdir(parents=True)
    (three.warehouse / "reports" / "2026.2" / "index.html").write_text("a report")
    build(generation=2)  # the release before holds fewer deliveries than the one that is left
    said = CliRunner().invoke(dovetail, ["releases", "rollback", "--warehouse", str(three.warehouse)])
    assert said.exit_code == 0, said.output
    assert "Release 2026.2 is current; 2026.3 was left and is still there." in said.output
    assert "Builds change nothing until something new is delivered or set." in said.output
    assert said.output.rstrip().endswith("reports/2026.2/index.html")
    listed = CliRunner().invoke(dovetail, ["releases", "list", "--warehouse", str(three.warehouse)])
    assert "The newest is not current: release 2026.3 was rolled back to 2026.2" in listed.output


def test_what_is_delivered_and_not_in_the_release_gone_back_to_is_named(three, build, release_of):
    more = "insert into deliveries values ('D9', 'late.csv', 'z', 'accepted', null, timestamp '2024-04-01 00:00:00')"
    build(generation=4, sql=more)
    release_of(three.warehouse)
    (three.warehouse / "reports" / "2026.3").mkdir(parents=True)
    (three.warehouse / "reports" / "2026.3" / "index.html").write_text("a report")
    arguments = ["releases", "rollback", "--json", "--warehouse", str(three.warehouse)]
    said = json.loads(CliRunner().invoke(dovetail, arguments).output)
    assert said["deliveries_left"] == ["D9  late.csv"]
