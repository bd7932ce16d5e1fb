"""A command starts light: the group imports no library of data, and refusals are told by name."""

import subprocess
import sys
from importlib import import_module

import pytest

from pipelines.cli.main import REFUSED, exit_code

HEAVY = ("polars", "pandas", "numpy", "duckdb", "dagster", "dbt", "great_expectations", "pydantic", "jinja2", "yaml")


def test_help_imports_no_library_of_data() -> None:
    asked = f"import sys, pipelines.cli.main; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("name", REFUSED)
def test_every_refusal_is_an_exception_where_it_is_said_to_be(name: str) -> None:
    module, _, kind = name.rpartition(".")
    error = getattr(import_module(module), kind)
    assert issubclass(error, Exception)
    assert exit_code(error.__new__(error)) == REFUSED[name]


def test_an_error_of_the_program_is_no_refusal() -> None:
    assert exit_code(ZeroDivisionError()) is None


def test_nothing_is_left_for_the_collector_to_go_through_when_a_command_ends() -> None:
    """What is registered first is run last, so it sees what a command leaves to the end of the interpreter."""
    asked = """
import atexit, gc, sys
atexit.register(lambda: print("held for good:", gc.get_freeze_count() > 10_000))
sys.argv = ["dovetail", "--version"]
from pipelines.cli.main import main
main()
"""
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "held for good: True" in done.stdout
