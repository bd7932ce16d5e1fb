"""Which releases may go, why the others stay, and that one which goes takes nothing of another with it."""

import json
import os

import duckdb
import pytest
from click.testing import CliRunner

from pipelines.cli.main import dovetail
from pipelines.releases.prune import forget_pictures, plan, remove
from pipelines.releases.rollback import roll_back
from pipelines.releases.store import ReleaseStore
from pipelines.releases.verify import verify
from tests.unit.releases.conftest import BUILT_AT

DERIVED = "alter table observations add column is_derived boolean; update observations set is_derived = (row = 3);"
COUNTS = "alter table observations add column numerator double; alter table observations add column denominator double;"


@pytest.fixture
def five(build, release_of) -> ReleaseStore:
    """Five releases of the same published values; services change with each."""
    warehouse = build()
    for generation in range(1, 6):
        build(sql=f"{DERIVED}{COUNTS} update services set service_name = 'Name {generation}'")
        release_of(warehouse)
    return ReleaseStore(warehouse)


def staying(store, keep=1):
    return {fate.release.release_id: fate.because for fate in plan(store, keep) if not fate.goes}


def test_the_newest_the_current_and_the_pinned_stay(five):
    assert staying(five) == {"2026.5": "current"}
    five.pin("2026.2")
    roll_back(five, five.get("2026.3"), at=BUILT_AT)
    assert staying(five) == {"2026.5": "newest", "2026.3": "current", "2026.2": "pinned"}
    five.unpin("2026.2")
    assert "2026.2" not in staying(five)
    assert staying(five, keep=3)["2026.4"] == "one of the newest 3"


def test_a_value_that_a_later_delivery_replaced_keeps_no_release_because_the_newest_holds_it_still(build, release_of):
    warehouse = build(sql=DERIVED + COUNTS)
    release_of(warehouse)
    later = "insert into observations select * replace (md5('later') as observation_id, 9 as value,"
    later += " timestamp '2024-06-01' as recorded_at) from observations where row = 4;"
    build(sql=DERIVED + COUNTS + later + "update observations set superseded_at = '2024-06-01' where row = 4")
    release_of(warehouse)
    assert staying(ReleaseStore(warehouse)) == {"2026.2": "current"}


@pytest.mark.parametrize(
    "change",
    [
        "delete from observations where row = 4",
        "update observations set value = value + 1 where row = 4",
        "update observations set value_marker = 'r' where row = 4",
        "update observations set recorded_at = '2024-02-02' where row = 4",
        "update observations set numerator = 1 where row = 4",
    ],
)
def test_a_published_value_that_no_newer_release_holds_keeps_the_newest_that_does(build, release_of, change):
    warehouse = build(sql=DERIVED + COUNTS)
    release_of(warehouse)
    build(sql=DERIVED + COUNTS + "update services set service_name = 'Other'")
    release_of(warehouse)
    build(sql=DERIVED + COUNTS + change)
    release_of(warehouse)
    found = staying(ReleaseStore(warehouse))
    assert found == {"2026.3": "current", "2026.2": "as known on: 1 published value that no newer release holds"}


def test_a_value_that_a_build_made_itself_keeps_no_release(build, release_of):
    warehouse = build(sql=DERIVED + COUNTS)
    release_of(warehouse)
    build(
        sql=DERIVED + COUNTS + "update observations set value = -1 where row = 3; delete from observations where false"
    )
    release_of(warehouse)
    assert staying(ReleaseStore(warehouse)) == {"2026.2": "current"}


def test_a_release_that_cannot_be_asked_stays(five):
    file = five.get("2026.2").database
    file.chmod(0o644)
    file.write_bytes(b"not a database")
    assert staying(five)["2026.2"] == "what it alone says cannot be told"


def test_a_removed_release_takes_its_report_and_nothing_of_another_and_its_number_stays_given(five):
    going, other = five.get("2026.1"), five.get("2026.2")
    (five.warehouse / "reports" / "2026.1").mkdir(parents=True)
    (five.warehouse / "reports" / "2026.2").mkdir(parents=True)
    with duckdb.connect(str(going.database), read_only=True) as reader:
        remove(five, going)
        assert reader.execute("select count(*) from observations").fetchone() == (40,)
    assert [path.name for path in (five.warehouse / "reports").iterdir()] == ["2026.2"]
    assert verify(other) == []
    assert "2026.1" in five.issued()
    assert not list(five.folder.glob(".partial-*"))
    with pytest.raises(ValueError, match="current"):
        remove(five, five.current())


def test_pictures_that_only_removed_reports_were_made_with_go(five):
    kept, old = (five.warehouse / "cache" / "charts" / name for name in ("aa.svg", "bb.svg"))
    kept.parent.mkdir(parents=True)
    for picture in (kept, old):
        picture.write_text("<svg/>")
    before = (five.list()[0].path / "MANIFEST").stat().st_mtime - 60
    os.utime(old, (before, before))
    assert forget_pictures(five) == 6
    assert kept.exists()
    assert not old.exists()


def test_a_dry_run_removes_nothing_and_the_run_what_it_said(five):
    arguments = ["releases", "prune", "--keep", "2", "--json", "--warehouse", str(five.warehouse)]
    would = json.loads(CliRunner().invoke(dovetail, [*arguments, "--dry-run"]).output)
    assert len(five.list()) == 5
    did = json.loads(CliRunner().invoke(dovetail, arguments).output)
    assert would == did
    assert [release.release_id for release in five.list()] == ["2026.4", "2026.5"]
    assert [entry["release_id"] for entry in did if entry["goes"]] == ["2026.3", "2026.2", "2026.1"]
    told = CliRunner().invoke(dovetail, ["releases", "prune", "--warehouse", str(five.warehouse)])
    assert "Nothing to remove." in told.output
