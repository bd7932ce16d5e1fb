"""Tidy files that begin with the lines of the release before: the same bytes as files that are written anew."""

import pytest

from pipelines.releases import publish, taken_over
from pipelines.releases.open_data import beginnings, pairs
from pipelines.releases.verify import verify
from tests.unit.releases.test_release_open_data import FIGURES, SERVICES

INPUTS = {"code_sha256": "c0de", "lock_sha256": "10c4", "catalogue_sha256": "ca7a"}
# Four years more of every service's figures, by quarters and months of other lengths.
YEARS = (
    FIGURES
    + """
insert into observations
select observations.* replace (
    md5(observation_id || years) as observation_id,
    period_start + to_years(years::integer) as period_start,
    last_day(period_end + to_years(years::integer)) as period_end
)
from observations cross join range(-4, 0) as t(years);
"""
)
ONE = "observation_id = (select min(observation_id) from observations where period_start = '{}' and is_preferred)"
CHANGES = {
    "nothing": "",
    "a value of the last year": f"update observations set value = 12.5 where {ONE.format('2024-01-01')}",
    "a value of a middle year": f"update observations set value = 12.5 where {ONE.format('2022-01-01')}",
    "a value of the first year": f"update observations set value = 12.5 where {ONE.format('2020-01-01')}",
    "a year is gone": "delete from observations where year(period_start) = 2023",
    "the last is gone": "delete from observations where year(period_start) = 2024",
    "a year is new": "insert into observations select * replace (md5(observation_id) as observation_id,"
    " period_start + to_years(1) as period_start, last_day(period_end + to_years(1)) as period_end)"
    " from observations where year(period_start) = 2024",
    "a quarter in a year before": "insert into observations select * replace (md5(observation_id) as observation_id,"
    " date '2021-10-01' as period_start, date '2021-12-31' as period_end)"
    " from observations where period_start = '2022-01-01' and period_type = 'q'",
    "a column that is new": "update observations set numerator = 1 where indicator_id = 'entrants_per_100k'"
    " and year(period_start) = 2023",
    "every row is gone": "delete from observations",
    "a service is renamed": "update services set service_name = 'Vellow and Mere' where service_id = 'vellow'",
    "an area is renamed": "update authorities set area_name = 'Mere' where area_code = 'FE0000001'",
    "a breakdown that is new": "update observations set breakdown_id = 'girls' where breakdown_id = 'boys'"
    " and year(period_start) = 2024",
    "another indicator": "update observations set indicator_id = 'entrants_per_100k' where period_type = 'f'",
}  # fmt: skip
NOT_THE_SAME = {"a service is renamed", "an area is renamed", "every row is gone"}


@pytest.fixture(autouse=True)
def begun(monkeypatch):
    """Bytes taken over, by name, of files that began so; files of releases are never too small for it."""
    taken = {}
    begin = beginnings.Beginnings.begin

    def noting(self, file, head, family):
        began = begin(self, file, head, family)
        if began:
            taken[file.name] = file.stat().st_size
        return began

    monkeypatch.setattr(taken_over, "LEAST", 0)
    monkeypatch.setattr(beginnings.Beginnings, "begin", noting)
    return taken


def tidy_files(release) -> dict[str, str]:
    """Text by name, without the number of the release."""
    tidy = release.path / "open-data" / "dfe-tidy"
    return {
        path.name: path.read_text(encoding="utf-8").replace(f"Release {release.release_id} ", "")
        for path in tidy.iterdir()
    }


@pytest.mark.parametrize("change", CHANGES)
def test_they_are_as_files_written_anew(build, release_of, change, begun):
    warehouse = build(sql=YEARS)
    old = release_of(warehouse, inputs=INPUTS)
    assert not begun
    build(sql=YEARS + CHANGES[change])
    new = release_of(warehouse, inputs=INPUTS)
    assert bool(begun) is (change not in NOT_THE_SAME)
    anew = release_of(build("anew", sql=YEARS + CHANGES[change]), inputs=INPUTS, release_id=new.release_id)
    assert tidy_files(new) == tidy_files(anew)
    assert verify(old) == verify(new) == []


def test_only_what_may_be_other_is_written(build, release_of, begun, monkeypatch):
    warehouse = build(sql=YEARS)
    release_of(warehouse, inputs=INPUTS)
    build(sql=YEARS + CHANGES["a value of the last year"])
    written = []
    write = pairs._write_lines
    monkeypatch.setattr(pairs, "_write_lines", lambda *given: written.append(given[-1].suffix) or write(*given))
    new = release_of(warehouse, inputs=INPUTS)
    assert set(written) == {".rest"}
    (file,) = (new.path / "open-data" / "dfe-tidy").glob(f"*{SERVICES}.csv")
    rest = file.read_bytes()[begun[file.name] :].decode().splitlines()
    assert {line[:6] for line in rest} == {"202324"}


@pytest.mark.parametrize("inputs", [{}, INPUTS | {"catalogue_sha256": "other"}, INPUTS | {"code_sha256": "other"}])
def test_nothing_of_another_program_or_catalogue_is_taken(build, release_of, inputs, begun):
    warehouse = build(sql=YEARS)
    release_of(warehouse, inputs=INPUTS)
    build(sql=YEARS + CHANGES["a value of the last year"])
    release_of(warehouse, inputs=inputs)
    assert not begun


def test_a_file_that_was_damaged_since_is_written_anew(build, release_of, begun):
    warehouse = build(sql=YEARS)
    old = release_of(warehouse, inputs=INPUTS)
    damaged = next((old.path / "open-data" / "dfe-tidy").glob(f"*{SERVICES}.csv"))
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes().replace(b"75", b"57", 1))
    build(sql=YEARS + CHANGES["a value of the last year"])
    release_of(warehouse, inputs=INPUTS)
    assert begun
    assert damaged.name not in begun


def test_the_words_of_the_catalogue_may_change_with_what_is_broken_down(build, release_of, begun, monkeypatch):
    warehouse = build(sql=YEARS)
    release_of(warehouse, inputs=INPUTS)
    monkeypatch.setattr(beginnings, "items", lambda ids, *_: {id_: f"{id_} of {len(ids)}" for id_ in ids})
    build(sql=YEARS + CHANGES["a breakdown that is new"])
    release_of(warehouse, inputs=INPUTS)
    assert not begun


def test_a_public_release_takes_nothing_over(build, release_of, monkeypatch):
    asked = []
    write = publish.write_open_data
    monkeypatch.setattr(
        publish, "write_open_data", lambda *given, previous, **named: (
            asked.append(previous and previous.release_id), write(*given, previous=previous, **named)))  # fmt: skip
    warehouse = build(sql=YEARS)
    first = release_of(warehouse, inputs=INPUTS, access="restricted")
    build(sql=YEARS + CHANGES["a value of the last year"])
    release_of(warehouse, inputs=INPUTS, access="restricted")
    build(sql=YEARS)
    release_of(warehouse, inputs=INPUTS, access="public")
    assert asked == [None, first.release_id, None]
