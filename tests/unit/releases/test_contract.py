"""What is promised of the public tables is recorded, and a change that breaks a reader is refused with the remedy."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml

from pipelines.releases import contract
from pipelines.releases.contract import NOTICE, Contract, breaks, built, plain, recorded, version_of
from pipelines.releases.public_tables import declarations

TODAY = date(2026, 11, 22)
OLD = Contract(("a",), {"a": "VARCHAR", "b": "DOUBLE"})
NEW = Contract(("a", "b"), {"a": "VARCHAR", "b": "DOUBLE"})
LATER = TODAY + NOTICE


def said(before, after, today=TODAY):
    return " ".join(breaks(before, after, today))


def test_the_record_is_what_is_built():
    assert plain(recorded()) == plain(built()), (
        "A public table changed: run `python -m pipelines.releases.contract`, which records it or says what it breaks."
    )
    assert recorded().keys() == declarations().keys()


def test_a_table_may_gain_a_column_and_there_may_be_more_tables():
    more = replace(OLD, columns={"c": "DATE", **OLD.columns})
    assert said({"t": OLD}, {"t": more, "u": NEW}) == ""


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (replace(OLD, columns={"a": "VARCHAR"}), "t.b is gone. Keep it; build t_v2 beside it"),
        (
            replace(OLD, columns={"a": "VARCHAR", "b": "BIGINT"}),
            "t.b was DOUBLE and is BIGINT. Keep its type; build t_v2",
        ),
        (replace(OLD, key=("b",)), "the key of t was a. Keep it; build t_v2"),
        (None, "t is gone without a date on which it goes. Bring it back; build t_v2"),
    ],
)
def test_a_break_is_refused_with_the_remedy(changed, words):
    assert words in said({"t": OLD}, {"t": changed} if changed else {})


def test_the_remedy_is_accepted_and_the_old_table_may_go_on_its_day_and_not_before():
    going = replace(OLD, deprecated_on=LATER, replaced_by="t_v2")
    assert said({"t": OLD}, {"t": going, "t_v2": NEW}) == ""
    assert f"t is gone before {LATER}" in said({"t": going, "t_v2": NEW}, {"t_v2": NEW}, LATER - timedelta(days=1))
    assert said({"t": going, "t_v2": NEW}, {"t_v2": NEW}, LATER) == ""
    assert "build t_v3 beside it" in said({"t_v2": NEW}, {"t_v2": OLD})


def test_a_table_that_goes_still_keeps_its_columns():
    going = replace(OLD, deprecated_on=LATER, replaced_by="t_v2")
    assert "t.b is gone" in said({"t": going}, {"t": replace(going, columns={"a": "VARCHAR"}), "t_v2": NEW})


def test_notice_is_long_enough_and_a_promise_is_not_taken_back():
    short = replace(OLD, deprecated_on=LATER - timedelta(days=1), replaced_by="t_v2")
    assert f"set deprecated_on to {LATER} or later" in said({"t": OLD}, {"t": short, "t_v2": NEW})
    promised = replace(OLD, deprecated_on=LATER + timedelta(days=90), replaced_by="t_v2")
    sooner = replace(promised, deprecated_on=LATER)
    assert "was promised until" in said({"t": promised, "t_v2": NEW}, {"t": sooner, "t_v2": NEW})
    assert "no table is named" in said({"t": OLD}, {"t": replace(promised, replaced_by="nothing"), "t_v2": NEW})


def test_a_version_stands_in_the_name_from_the_second_on():
    assert [version_of(name) for name in ("observations", "observations_v2", "t_v12", "vat_v1", "ipv6")] == [
        1,
        2,
        12,
        1,
        1,
    ]


def test_a_break_is_not_recorded(tmp_path, monkeypatch):
    file = tmp_path / "contract.yml"
    monkeypatch.setattr(contract, "built", lambda: {"t": OLD})
    contract.record(TODAY, file)
    before = file.read_text()
    assert recorded(file) == {"t": OLD}
    monkeypatch.setattr(contract, "built", lambda: {"t": replace(OLD, columns={"a": "VARCHAR"})})
    with pytest.raises(contract.ContractBroken, match=r"t\.b is gone"):
        contract.record(TODAY, file)
    assert file.read_text() == before
    going = {"t": replace(OLD, deprecated_on=LATER, replaced_by="t_v2"), "t_v2": NEW}
    monkeypatch.setattr(contract, "built", lambda: going)
    contract.record(TODAY, file)
    assert recorded(file) == going
    assert yaml.safe_load(file.read_text())["t"]["replaced_by"] == "t_v2"


def test_dbt_says_the_same_date():
    from pipelines.warehouse.manifest import manifest

    dates = {
        node["name"]: node.get("deprecation_date")
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "model" and node["name"] in declarations()
    }
    for name, said_by_dbt in dates.items():
        declared = declarations()[name].deprecated_on
        assert (said_by_dbt is None) == (declared is None), f"{name}: set deprecation_date in its YAML to deprecated_on"
        assert declared is None or str(said_by_dbt)[:10] == declared.isoformat()


def test_the_documents_tell_a_table_that_goes(build, release_of, monkeypatch):
    declared = dict(declarations())
    declared["services"] = replace(declared["services"], deprecated_on=LATER, replaced_by="services_v2")
    monkeypatch.setattr("pipelines.releases.public_tables.declarations", lambda: declared)
    release = release_of(build(), render=None)
    dictionary = (release.path / "DICTIONARY.md").read_text()
    assert f"**It goes: from {LATER} on it may be gone. Read `services_v2` instead.**" in dictionary
    assert "Version 1 of its contract." in dictionary
    issues = (release.path / "KNOWN_ISSUES.md").read_text()
    assert f"| `services` | {LATER} | `services_v2` |" in issues
    assert "No table is about to go." not in issues
