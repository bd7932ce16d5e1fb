"""The part of a build that says what a number may be attributed to, and that part broken on purpose."""

import re
from copy import copy

from pipelines.warehouse import manifest
from tests.integration.warehouse.compiled import Compiled

WANTED = ("attributions", "int_observation_gaps", "int_structures")


def name_of(statement: str) -> str:
    """The dbt model that a statement makes."""
    found = re.match(r"\s*create (?:table|view) warehouse\.\w+\.(\w+) as", statement)
    assert found, statement[:80]
    return found[1]


def attribution_alone(compiled: Compiled) -> Compiled:
    """Without comparisons, the ledger and everything else that attribution does not rest on, and their data tests."""
    nodes = manifest.manifest()["nodes"]
    ids = {node["name"]: key for key, node in nodes.items() if node["resource_type"] in ("model", "test")}
    needed: set[str] = set()
    waiting = [ids[name] for name in WANTED]
    while waiting:
        key = waiting.pop()
        if key in nodes and key not in needed:
            needed.add(key)
            waiting += nodes[key]["depends_on"]["nodes"]
    narrow = copy(compiled)
    narrow.statements = [statement for statement in compiled.statements if ids[name_of(statement)] in needed]
    narrow.tests = {
        name: sql
        for name, sql in compiled.tests.items()
        if {key for key in nodes[ids[name]]["depends_on"]["nodes"] if key in nodes} <= needed
    }
    return narrow


def broken(compiled: Compiled, model: str, old: str, new: str) -> Compiled:
    """With one change in one dbt model; fails where that model no longer has the words."""
    changed = copy(compiled)
    found = [statement for statement in compiled.statements if name_of(statement) == model]
    assert found, f"no such dbt model: {model}"
    assert old in found[0], f"{model} no longer says: {old}"
    changed.statements = [
        statement.replace(old, new) if statement is found[0] else statement for statement in compiled.statements
    ]
    return changed
