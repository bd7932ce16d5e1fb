"""The `dovetail` command. Each command is a module; heavy imports stay inside the functions that need them."""

from pipelines.cli.main import main

__all__ = ["main"]
