"""Questions to the public tables, of a release or of a warehouse that is being tried out."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipelines.releases.query import QueryRefused, run_sql
from pipelines.releases.store import Release, ReleaseNotFound

Ask = Callable[..., list[dict[str, Any]]]
"""One SELECT over the public tables, and values for its question marks: a row, by column."""


def of_release(release: Release) -> Ask:
    """The tables of a release, read-only.

    Asking raises ReleaseNotFound where the release lacks a table or column: an older program made it.
    """

    def ask(query: str, *parameters: object) -> list[dict[str, Any]]:
        try:
            columns, rows = run_sql(release, query, parameters=parameters)
        except QueryRefused as refused:
            raise ReleaseNotFound(
                f"Release {release.release_id} does not hold what this asks for; an older program made it: run dovetail"
                f" build. ({str(refused).splitlines()[0]})"
            ) from refused
        return [dict(zip(columns, row, strict=True)) for row in rows]

    return ask


def of_database(path: Path) -> Ask:
    """The tables of a database that dbt built."""
    import duckdb

    def ask(query: str, *parameters: object) -> list[dict[str, Any]]:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute(query, list(parameters))
            columns = [column[0] for column in found.description or ()]
            return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    return ask
