"""Service files and the container recipe: what systemd says of them, and whether what they call is there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).parents[3]
UNITS = sorted((ROOT / "deploy" / "systemd").iterdir())
RECIPE = (ROOT / "deploy" / "container" / "Containerfile").read_text(encoding="utf-8")
INSTALLED = "/opt/dovetail/.venv/bin/dovetail"


def instructions() -> list[tuple[str, str]]:
    """The recipe's instructions, each with what follows it."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", RECIPE))
    return [tuple(line.split(maxsplit=1)) for line in joined.splitlines() if line.strip()]  # type: ignore[misc]


def assert_is_a_command(arguments: list[str]) -> None:
    """Whether `dovetail` knows the command and its options, by its own parser."""
    from pipelines.cli.main import dovetail

    command = dovetail.get_command(click.Context(dovetail), arguments[0])
    assert command is not None, arguments
    command.make_parser(click.Context(command)).parse_args(arguments[1:])


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_systemd_finds_no_fault_in_a_unit(unit, tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine (Debian package systemd)")
    program = Path(sys.executable).with_name("dovetail")
    for each in UNITS:
        text = each.read_text(encoding="utf-8").replace(INSTALLED, str(program))
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    run = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / unit.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, [line for line in run.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda path: path.name)
def test_a_service_runs_a_command_that_exists_as_nobody_in_particular_and_keeps_its_files_private(unit):
    settings = dict(line.split("=", 1) for line in unit.read_text().splitlines() if "=" in line and line[0] != "#")
    program, *arguments = settings["ExecStart"].split()
    assert program == INSTALLED
    assert_is_a_command(arguments)
    assert settings["User"] == "dovetail"
    assert settings["UMask"] == "0077"
    assert settings["ProtectSystem"] == "strict"
    assert settings["ReadWritePaths"] == settings["WorkingDirectory"] == "/srv/dovetail"
    assert settings.get("PrivateNetwork") == "yes" or settings["IPAddressDeny"] == "any"


def test_the_recipe_names_no_registry_and_what_it_runs_is_there():
    found = instructions()
    assert {said.split()[0] for name, said in found if name == "FROM"} == {"debian:12-slim"}
    assert not re.search(r"https?://|--index|--extra", RECIPE)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([a-z-]+)", " ".join(said for name, said in found if name == "RUN")):
        assert re.search(rf"(?m)^{target}:", makefile), target
    (arguments,) = (re.findall(r'"([^"]+)"', said) for name, said in found if name == "CMD")
    assert_is_a_command(arguments)
    assert [said for name, said in found if name == "ENTRYPOINT"] == [f'["{INSTALLED}"]']


def test_the_container_runs_as_a_user_who_owns_no_code():
    found = instructions()
    names = [name for name, _ in found]
    assert dict(found)["USER"] == "10001"
    assert names.index("USER") > max(place for place, name in enumerate(names) if name in ("COPY", "RUN"))
    (owned,) = (re.search(r"chown dovetail:dovetail (\S.*)", said) for name, said in found if "chown" in said)
    assert owned is not None
    assert "/opt" not in owned[1]
