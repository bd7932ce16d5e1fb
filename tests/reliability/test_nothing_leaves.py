"""A full run reaches no other machine, its logs hold no row, and nobody else may read what it wrote."""

import os
import stat
import subprocess
import sys

import duckdb
import polars as pl
import pytest

pytestmark = pytest.mark.integration

NUMBER = "7654321"
PLACE = "Zyxwaterby"
# Where rows may stand: the data themselves, as they came, as they were landed, built and released; and what the command
# shows at the end of cells that it set aside, which it reads from outcomes.json.
DATA = {
    "originals", "landed", "ledger", "catalogue", "building/warehouse.duckdb", "building/outcomes.json", "releases",
    "reports", "current", "cache",
}  # fmt: skip


@pytest.fixture(scope="module")
def marked(base, tmp_path_factory):
    """A whole build by the command, of a delivery that holds a number and a name like no other."""
    house = base.copy(tmp_path_factory.mktemp("marked") / "house")
    (path,) = house.landing.glob("*corrected_1.csv")
    delivered = pl.read_csv(path, infer_schema=False)
    is_first = pl.int_range(pl.len()) == 0
    rate = (pl.col("first_time_entrants").cast(pl.Float64) / int(NUMBER) * 100_000).round(1).cast(pl.String)
    marked_rows = delivered.with_columns(
        pl.when(is_first).then(pl.lit(NUMBER)).otherwise("population_10_to_17").alias("population_10_to_17"),
        pl.when(is_first)
        .then(rate)
        .otherwise("first_time_entrants_per_100000")
        .alias("first_time_entrants_per_100000"),
    )
    nowhere = marked_rows.tail(1).with_columns(
        pl.lit("FE0000999").alias("new_la_code"), pl.lit(PLACE).alias("la_name"), pl.lit("F999").alias("old_la_code")
    )
    pl.concat([marked_rows, nowhere]).write_csv(path)
    os.utime(path, (1_770_000_000, 1_770_000_000))
    sockets, scratch = house.root / "sockets", house.root / "tmp"
    scratch.mkdir()
    ended = house.build(sockets=str(sockets), environment={"TMPDIR": str(scratch), "HOME": str(house.root / "home")})
    assert ended.code == 0, ended.said
    return house, ended, sockets


def test_a_whole_run_reaches_for_no_other_machine(marked):
    _, _, sockets = marked
    assert sockets.read_text() == ""


def test_an_attempt_to_reach_another_machine_would_be_seen(tmp_path):
    code = (
        "import sys, socket, urllib.request\n"
        "from tests.reliability.injuries import Injury\n"
        f"Injury(sockets={str(tmp_path / 'sockets')!r}).inflict()\n"
        "for reach in (lambda: urllib.request.urlopen('http://example.invalid'),"
        " lambda: socket.create_connection(('192.0.2.1', 80))):\n"
        "    try:\n        reach()\n    except OSError:\n        pass\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len((tmp_path / "sockets").read_text().splitlines()) == 2


def test_logs_and_words_hold_no_row_of_the_restricted_tables(marked):
    house, ended, _ = marked
    with duckdb.connect(str(house.store.current().database), read_only=True) as connection:
        held = connection.sql(f"select count(*) from observations where value = {NUMBER} or denominator = {NUMBER}")
        assert held.fetchall() != [(0,)], "the number was not landed, so nothing was tested"
    found = []
    for path in (path for path in house.root.rglob("*") if path.is_file()):
        inside = path.relative_to(house.root).as_posix()
        if inside.startswith(("landing/", "said/")) or _is_data(inside.removeprefix("warehouse/")):
            continue
        held_here = path.read_bytes()
        found += [f"{inside}: {marker}" for marker in (NUMBER, PLACE) if marker.encode() in held_here]
    assert found == []
    assert NUMBER not in ended.out + ended.err
    assert PLACE not in ended.err


def _is_data(inside: str) -> bool:
    return any(inside == data or inside.startswith(f"{data}/") for data in DATA)


def test_nobody_else_may_read_what_a_build_wrote(marked):
    house, _, _ = marked
    for path in house.warehouse.iterdir():
        if not path.is_symlink():
            assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    release = house.store.current()
    assert release.release_id == "2026.2"
    for path in (release.path, *release.path.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
