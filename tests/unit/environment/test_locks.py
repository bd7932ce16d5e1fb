"""The locks: complete, hashed, equal to what we ask for, and free of addresses."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[3]
ADDRESS = re.compile(r"://|--(?:extra-)?index|--find-links|\"resolved\"")


def asked_for() -> list[Requirement]:
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


def locked() -> dict[str, str]:
    """Name (normalised) to the whole block of the lock: `name==version \\` and its hash lines."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    return {canonicalize_name(Requirement(block.split(" \\\n")[0]).name): block for block in blocks}


def locked_version(name: str) -> str:
    return str(Requirement(locked()[canonicalize_name(name)].split(" \\\n")[0]).specifier)


DISTRIBUTED = ["requirements-distributed.in", "requirements-distributed.lock"]
LOCKS = ["requirements.in", "requirements.lock", *DISTRIBUTED, "package.json", "package-lock.json", ".npmrc"]


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_an_address(name: str) -> None:
    assert ADDRESS.findall((ROOT / name).read_text(encoding="utf-8")) == []


def test_the_guard_sees_an_address_and_lets_a_hash_with_slashes_pass() -> None:
    assert ADDRESS.search("six @ https" + "://host/six.whl")
    assert ADDRESS.search("--extra-index-url host")
    assert not ADDRESS.search('"integrity": "sha512-xct//kWrQ/vLn=="')


def test_every_locked_package_has_one_exact_version_and_hashes() -> None:
    wrong = [
        name
        for name, block in locked().items()
        if not re.fullmatch(r"[a-z0-9.-]+(\[[a-z0-9,-]+\])?==[^ ]+( \\\n    --hash=sha256:[0-9a-f]{64})+\n", block)
    ]
    assert wrong == []


def test_the_lock_of_the_engines_adds_to_the_other_and_never_says_a_package_again() -> None:
    asked, text = ((ROOT / name).read_text(encoding="utf-8") for name in DISTRIBUTED)
    names = re.findall(r"^([a-z0-9.-]+)(?:\[[a-z0-9,-]+\])?==", text, flags=re.MULTILINE)
    assert names
    assert not {canonicalize_name(name) for name in names} & set(locked())
    for line in asked.splitlines():
        assert line.startswith("#") or f"{line} \\\n    --hash=sha256:" in text, line


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_what_we_ask_for_is_what_is_locked(requirement: Requirement) -> None:
    assert re.fullmatch(r"==[^*]+", str(requirement.specifier)), "requirements.in pins each name to one version"
    assert locked_version(requirement.name) == str(requirement.specifier)


def test_the_lock_holds_what_requirements_in_needs_and_nothing_else() -> None:
    """Walks the installed metadata, as the resolver would, so a hand-edited lock is noticed without a network."""
    needed: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(r.name), extra) for r in asked_for() for extra in ("", *r.extras)]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in needed:
            continue
        needed.add((name, extra))
        try:
            requires = distribution(name).requires or []
        except PackageNotFoundError:
            pytest.fail(f"{name} is needed and not installed: make setup")
        for text in requires:
            child = Requirement(text)
            if child.marker is None or child.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(child.name), wanted) for wanted in ("", *child.extras)]
    assert {name for name, _ in needed} == set(locked())


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {name: f"=={distribution(name).version}" for name in locked()}
    assert installed == {name: locked_version(name) for name in locked()}


def test_the_npm_lock_has_hashes_and_the_versions_of_package_json() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["dependencies"] == asked
    assert {path.removeprefix("node_modules/"): entry["version"] for path, entry in packages.items()} == asked
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
