"""Questions to a release in SQL, read-only: what `dovetail sql` runs. It reads this one file and writes nothing."""

import tempfile
from collections.abc import Sequence
from typing import Any

from pipelines.releases.quoted import literal
from pipelines.releases.store import Release

# In this order: once access is off and the settings are locked, nothing else can be set.
_CLOSED = (
    "set temp_directory = {scratch}",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set python_enable_replacements = false",
    "set enable_external_access = false",
    "set lock_configuration = true",
)


class QueryRefused(Exception):
    """The query is not a read of this release, or cannot be run; the message says why."""


def run_sql(
    release: Release, query: str, limit: int | None = None, parameters: Sequence[object] = ()
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one reading query.

    Args:
        release: the release to read; it stays as it is.
        query: one SELECT (or FROM, SHOW, DESCRIBE, SUMMARIZE, EXPLAIN).
        limit: the most rows to return; all when None.
        parameters: values for the question marks of the query.

    Returns:
        Column names and rows.

    Raises:
        QueryRefused: it is no read, several statements, reads another file, or is wrong in itself.
    """
    import duckdb

    # What does not fit in memory goes to a folder of its own: the release's folder must not change.
    with tempfile.TemporaryDirectory(prefix="dovetail-sql-") as scratch:
        connection = duckdb.connect(str(release.database), read_only=True)
        try:
            for setting in _CLOSED:
                connection.execute(setting.format(scratch=literal(scratch)))
            statements = connection.extract_statements(query)
            if len(statements) != 1:
                raise QueryRefused(f"One query at a time, please: this is {len(statements)}.")
            if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
                kind = statements[0].type.name
                raise QueryRefused(
                    f"{kind} is refused: a release is only read. Start with SELECT, FROM or SHOW TABLES."
                )
            result = connection.execute(statements[0], list(parameters))
            columns = [column[0] for column in result.description or []]
            return columns, result.fetchall() if limit is None else result.fetchmany(limit)
        except duckdb.Error as error:
            raise QueryRefused(_in_words(error)) from error
        finally:
            connection.close()


def _in_words(error: Exception) -> str:
    message = str(error)
    if "file system operations are disabled" in message:
        return "This reads or writes a file: a query reads the release and nothing else."
    return message
