"""Between dbt and its adapter for the engine: a model's SQL is translated, a Python model runs in this process.

dbt asks the plug-in of an engine for its adapter class; `install` puts there a class of ours that inherits from the
engine's own and adds `translated`, which the macros of dbt_project/macros/distributed.sql call. A Python model gets
DuckDB relations over the Parquet files that the engine wrote: what a build with DuckDB hands it as well.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from pipelines.distributed.session import SAIL, columns_of, current
from pipelines.distributed.translation import probe_of_steps, translate


def install(engine: str, tables: Path) -> None:
    """Make dbt use our adapter for an engine from now on in this process.

    Args:
        engine: `spark` or `sail`.
        tables: Folder of the engine's tables.
    """
    from dbt.adapters.spark import session as of_dbt

    of_dbt.Cursor = _cursor(of_dbt.Cursor)
    plugin = import_module(f"dbt.adapters.{engine}").Plugin
    plugin.adapter = _adapter(plugin.adapter, tables, has_recursion=engine != SAIL, is_learning=engine == SAIL)


def _cursor(base: Any) -> Any:
    from dbt_common.exceptions import DbtRuntimeError
    from pyspark.errors import PySparkException

    class OfOneSession(base):
        """A cursor on the one session of this process."""

        def execute(self, sql: str, *_parameters: Any) -> None:
            """Run a statement; dbt binds no parameters for our models."""
            try:
                self._df = current().sql(sql)
            except PySparkException as refused:
                raise DbtRuntimeError(str(refused)) from refused

    return OfOneSession


def _adapter(base: Any, tables: Path, has_recursion: bool, is_learning: bool) -> Any:
    """A class of ours.

    Args:
        base: The engine's own.
        tables: Folder of the engine's tables.
        has_recursion: Whether the engine knows `with recursive`.
        is_learning: Whether a new table is read again from its files: Sail notes other types than it writes.
    """
    from dbt.adapters.base import PythonJobHelper, available
    from dbt.adapters.contracts.connection import AdapterResponse

    class InThisProcess(PythonJobHelper):
        """Runs a Python model here and gives its rows back to the engine as Parquet."""

        def __init__(self, parsed_model: dict[str, Any], _credentials: Any) -> None:
            self.schema, self.name = parsed_model["schema"], parsed_model["alias"]

        def submit(self, compiled_code: str) -> None:
            """Run the model's code."""
            run_python_model(compiled_code, tables, self.schema, self.name)

    class Distributed(base):
        """The engine's own adapter, for models written for DuckDB."""

        @available
        def translated(self, sql: str) -> str:
            """A select of the models in the engine's words."""
            return translate(sql, columns_of) if has_recursion else in_enough_steps(sql)

        @available
        def place_of(self, schema: str, name: str) -> str:
            """The folder of a table's files."""
            return str(tables / schema / name)

        @available
        def take_up(self, schema: str, name: str) -> None:
            """Learn the columns of a new table from its files. A table without rows may have none."""
            if is_learning and has_files(tables / schema / name):
                current().sql(f"drop table {schema}.{name}")
                current().sql(f"create table {schema}.{name} using parquet location '{tables / schema / name}'")

        @property
        def default_python_submission_method(self) -> str:
            """The only one there is."""
            return "in_this_process"

        @property
        def python_submission_helpers(self) -> dict[str, type[PythonJobHelper]]:
            """The only one there is."""
            return {"in_this_process": InThisProcess}

        def generate_python_submission_response(self, _result: Any) -> AdapterResponse:
            """What dbt reports of a Python model."""
            return AdapterResponse(_message="OK")

    # dbt finds the version of an adapter by the name of its class.
    Distributed.__name__ = base.__name__
    return Distributed


def has_files(place: Path) -> bool:
    """Whether an engine wrote any file of a table."""
    return next(place.glob("*.parquet"), None) is not None


def in_enough_steps(sql: str) -> str:
    """A select for an engine without recursion: as many steps as the engine itself finds rows in."""
    steps = 1
    while (probe := probe_of_steps(sql, columns_of, steps)) is not None:
        if not current().sql(probe).collect():
            break
        steps += 1
    return translate(sql, columns_of, steps)


def run_python_model(code: str, tables: Path, schema: str, name: str) -> None:
    """Run the code that dbt compiled of a Python model and make a table of what it gives.

    Args:
        code: Defines `model(dbt, session)` and `dbtObj`.
        tables: Folder of the engine's tables.
        schema: Schema of the model.
        name: Its name.
    """
    import duckdb
    import pyarrow.parquet

    scope: dict[str, Any] = {}
    # The macro that hands it over indents the first line.
    exec(compile(code.strip(), f"{name}.py", "exec"), scope)
    with duckdb.connect() as connection:
        rows = scope["model"](scope["dbtObj"](_reader(connection, tables)), connection)
        place = tables / schema / name
        place.mkdir(parents=True)
        pyarrow.parquet.write_table(rows, place / "part-0.parquet")
    current().sql(f"create table {schema}.{name} using parquet location '{place}'")


def _reader(connection: Any, tables: Path) -> Callable[[str], Any]:
    def read(relation: str) -> Any:
        schema, name = relation.replace("`", "").split(".")
        place = tables / schema / name
        if has_files(place):
            return connection.read_parquet(f"{place}/*.parquet")
        # A view has no files, nor may a table without rows.
        return connection.from_arrow(current().table(f"{schema}.{name}").toArrow())

    return read
