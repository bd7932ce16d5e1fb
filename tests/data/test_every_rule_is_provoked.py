"""Every rule has something broken that provokes it: a fixture named for it, judged here, or a test that is named.

Rules of DfE tidy data and rules over a whole delivery have tables of their own, which list every one of them:
tests/unit/intake/tidy/test_screening.py and tests/unit/intake/checks/test_broken_deliveries.py.
"""

import ast
from functools import cache
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.deliveries import receive
from pipelines.workspace import Workspace
from sources.catalogue import ROOT, load_catalogue

TESTS = Path(__file__).parents[1]
BROKEN = TESTS / "fixtures" / "broken"
GOOD = TESTS / "fixtures" / "good" / "intake"
RULES = {
    rule["id"]
    for file in ("intake.yml", "decisions.yml", "registers.yml")
    for rule in yaml.safe_load((ROOT / "vocab" / "rules" / file).read_text(encoding="utf-8"))
}
# Rules of what is around a file rather than in it, or of several figures that a test sets side by side.
BY_TEST = {
    "area_name_ambiguous": "unit/intake/test_layout_places_and_periods.py",
    "area_name_missing": "unit/intake/test_layout_places_and_periods.py",
    "correction_mismatch": "unit/intake/test_layout_fields.py",
    "figure_not_given": "unit/intake/kpi/test_broken_returns.py",
    "file_unreadable": "unit/intake/test_broken_files.py",
    "key_repeated": "unit/intake/test_broken_files.py",
    "line_missing": "unit/intake/kpi/test_broken_returns.py",
    "name_decided": "unit/intake/test_decisions_on_files.py",
    "period_not_given": "unit/intake/test_broken_files.py",
    "register_not_loaded": "unit/intake/test_broken_files.py",
    "sheet_undeclared": "unit/intake/test_layout_fields.py",
    "unit_implausible": "unit/intake/test_broken_files.py",
}


def named(rule: str) -> list[Path]:
    """The fixtures named for a rule, without sidecars."""
    files = [path for folder in ("intake", "decisions", "registers") for path in sorted((BROKEN / folder).iterdir())]
    return [path for path in files if path.name.startswith((f"{rule}.", f"{rule}_"))]


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The rules that a file breaks, by path; each file is judged once, in one fictional world."""
    folder = tmp_path_factory.mktemp("provoked")
    workspace = Workspace(folder / "landing", folder / "warehouse")
    registers = [GOOD / "FICTIONAL_authorities.csv", GOOD / "FICTIONAL_services.csv"]
    receive(registers, workspace, load_catalogue())

    @cache
    def rules(path: Path) -> frozenset[str]:
        found = [outcome.findings for outcome in receive([path], workspace, load_catalogue(), again=True)]
        return frozenset(pl.concat(found)["rule"])

    return rules


@pytest.mark.parametrize("rule", sorted(RULES - set(BY_TEST)))
def test_a_fixture_named_for_the_rule_breaks_it(rule, judged):
    fixtures = named(rule)
    assert fixtures, f"no fixture under tests/fixtures/broken is named for {rule}"
    assert any(rule in judged(path) for path in fixtures)


@pytest.mark.parametrize("rule", sorted(BY_TEST))
def test_a_rule_without_a_fixture_has_the_test_that_is_named(rule):
    tree = ast.parse((TESTS / BY_TEST[rule]).read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    assert {rule, f"[{rule}]"} & texts, f"{BY_TEST[rule]} asks for no {rule}"


def test_every_rule_is_in_one_of_the_tables():
    assert set(BY_TEST) <= RULES
    series = {rule["id"] for rule in yaml.safe_load((ROOT / "vocab/rules/series.yml").read_text(encoding="utf-8"))}
    tidy = {rule for rule in load_catalogue().rules if rule.startswith("tidy_")}
    assert RULES | series | tidy == set(load_catalogue().rules)
