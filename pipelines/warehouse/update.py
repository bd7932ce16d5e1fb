"""Brings a built database up to date: runs again the nodes whose inputs changed, as dbt compiled them, and no other.

All of it is one transaction, so that a build that is killed has changed nothing. A model is made again beside and
compared with what stands: where the same rows come out, nothing that reads it has to run. A model whose YAML says that
it is closed by slice is made again for the slices concerned alone, from the same slices of what it reads.

Whatever is in doubt (a row outside its slice, a test that fails) ends the attempt: the caller builds everything new.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING, Any

from pipelines.warehouse import changes, outcomes, recipe
from pipelines.warehouse.inputs import ANY, Change, Slice, differing, fingerprints, literal, note
from pipelines.warehouse.limits import BEYOND_MEMORY, memory_limit
from pipelines.warehouse.manifest import PROJECT
from pipelines.warehouse.recipe import Node
from pipelines.warehouse.results import NodeResult
from pipelines.warehouse.standing import DATABASE, Seal

if TYPE_CHECKING:
    import duckdb

KEPT = "kept"
ASIDE = Path("building") / "aside"
"""Where lies what is made beside: in files, because DuckDB packs no table in memory and a transaction keeps each."""


class NotUpdatable(Exception):
    """What stands cannot be brought up to date with certainty; the message says why."""


def update(warehouse: Path, standing: Seal, on_node: Callable[[NodeResult], None] | None) -> list[NodeResult]:
    """Bring the database up to date with what lies in the warehouse folder.

    Args:
        warehouse: Folder with landed/, catalogue/, ledger/ and a database that a build finished.
        standing: What its seal says.
        on_node: Called for each node as it is done.

    Returns:
        One result for each node of the recipe; `kept` for a model that did not change.

    Raises:
        NotUpdatable: the database is as it was, and everything must be built new.
    """
    import duckdb

    results = []
    with chdir(warehouse), _aside(), connected() as connection:
        connection.execute("begin")
        try:
            for result in _Update(connection, standing).nodes():
                results.append(result)
                if on_node is not None:
                    on_node(result)
        except duckdb.Error as error:
            connection.execute("rollback")
            raise NotUpdatable(str(error).splitlines()[0]) from error
        except BaseException:
            connection.execute("rollback")
            raise
        connection.execute("commit")
        connection.execute("checkpoint")
    return results


@contextmanager
def _aside() -> Iterator[None]:
    """An empty folder for what is made beside, also where an update was killed before."""
    shutil.rmtree(ASIDE, ignore_errors=True)
    ASIDE.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(ASIDE, ignore_errors=True)


def connected() -> duckdb.DuckDBPyConnection:
    """The database of the warehouse folder that this process stands in, with the settings that dbt gives it."""
    import duckdb
    import yaml

    profile = yaml.safe_load((PROJECT / "profiles.yml").read_text(encoding="utf-8"))["dovetail"]
    target = profile["outputs"][profile["target"]]
    connection = duckdb.connect(str(DATABASE), config=BEYOND_MEMORY | {"memory_limit": memory_limit()})
    for name, value in target["settings"].items():
        connection.execute(f"set {name} = '{value}'")
    return connection


class _Update:
    def __init__(self, connection: duckdb.DuckDBPyConnection, standing: Seal) -> None:
        self._connection = connection
        self._nodes = recipe.load(connection)
        self._by_id = {node.unique_id: node for node in self._nodes}
        self._outcomes = outcomes.load(connection)
        self._changed = note(connection, [node for node in self._nodes if node.kept_by])
        self._sliced: dict[tuple[str, frozenset[Slice]], str] = {}
        self._from_release = {node.unique_id for node in self._nodes if node.kept_by == "release"}
        self._goes_on = True
        if self._from_release:
            self._go_on_from_release(standing)

    def _go_on_from_release(self, standing: Seal) -> None:
        """What comes from the release before is no change where this database is that release.

        A gap ledger that goes on from itself comes out as it is: every gap keeps the release that opened it. Where the
        same release is still before it, and it was never published, it comes out as it is too, but not slice by slice:
        a gap may have stood in another slice then.
        """
        built_for, built_on = self._connection.execute(
            "select release_id, previous_release_id from internal.stg_release"
        ).fetchall()[0]
        if standing.published_as is not None and built_on == standing.published_as:
            return
        self._goes_on = False
        if (built_for, built_on) != (standing.built_for, standing.built_on):
            self._changed |= dict.fromkeys(self._from_release, ANY)

    def nodes(self) -> Iterator[NodeResult]:
        """Every node in the order of the recipe, run or kept."""
        for node in self._nodes:
            yield self._test(node) if node.kind == "test" else self._model(node)
        changes.add(self._connection, {self._by_id[id_].name: change for id_, change in self._changed.items()})

    # ------------------------------------------------------------------------------------------------------- models
    def _model(self, node: Node) -> NodeResult:
        began = time.perf_counter()
        change = self._incoming(node)
        if node.kind == "view":
            if change is not None:
                self._changed[node.unique_id] = change
            return NodeResult(node.unique_id, KEPT, None, 0.0)
        if change is None:
            return NodeResult(node.unique_id, KEPT, None, 0.0)
        others = self._renew(node, change.slices)
        if others is not None:
            self._changed[node.unique_id] = others
        return NodeResult(node.unique_id, "success", None, time.perf_counter() - began)

    def _incoming(self, node: Node) -> Change | None:
        """What of a model may come out otherwise, by what changed in its parents."""
        found = self._changed.get(node.unique_id) if node.kept_by else None
        for parent in map(self._by_id.__getitem__, node.parents):
            change = self._changed.get(parent.unique_id)
            if change is not None:
                here = self._carried(change, parent, node)
                found = here if found is None else found.with_(here)
        if found is not None and not self._goes_on and self._from_release & set(node.parents):
            return ANY
        return found

    def _carried(self, change: Change, parent: Node, node: Node) -> Change:
        """A change of a parent in the slices of the node."""
        if change.slices is None or not node.is_closed or parent.slice is None or node.slice is None:
            return ANY
        if parent.slice == node.slice:
            return change
        rows = self._connection.execute(
            f"select distinct {node.slice} from internal.int_observations where {_within(parent.slice, change.slices)}"
        ).fetchall()
        return Change(frozenset(slice_ for (slice_,) in rows))

    def _renew(self, node: Node, slices: frozenset[Slice] | None) -> Change | None:
        """Make a table again, whole or some slices; returns what came out otherwise, None when nothing did."""
        if slices is not None and self._are_most(node, slices):
            slices = None
        relation = node.relation
        assert relation is not None
        made = self._make(node, slices)
        mine = f"(from {relation})"
        if slices is not None:
            assert node.slice is not None
            mine = f"(select * from {relation} where {_within(node.slice, slices)})"
            (outside,) = self._connection.execute(
                f"select count(*) from {made} where not coalesce({_within(node.slice, slices)}, false)"
            ).fetchall()[0]
            if outside:
                raise NotUpdatable(f"{node.name} is not closed by {node.slice}: {outside} rows fell outside")
        others = differing(
            fingerprints(self._connection, mine, node.slice), fingerprints(self._connection, made, node.slice)
        )
        if others:
            where = "true" if node.slice is None else _within(node.slice, others)
            self._connection.execute(f"delete from {relation} where {where}")
            self._connection.execute(f"insert into {relation} select * from {made} where {where}")
        (ASIDE / f"{node.name}.parquet").unlink()
        if not others:
            return None
        return ANY if node.slice is None else Change(others)

    def _are_most(self, node: Node, slices: frozenset[Slice]) -> bool:
        """Whether it costs less to make the whole table."""
        of_all, of_these = self._connection.execute(
            f"select count(*), count(*) filter (where {_within(str(node.slice), slices)}) from {node.relation}"
        ).fetchall()[0]
        return bool(of_these > of_all / 2)

    def _make(self, node: Node, slices: frozenset[Slice] | None) -> str:
        """Make what the node comes to beside; returns the relation that has it, with the types of the table."""
        assert node.relation is not None
        instead = {} if slices is None else self._instead(node, slices)
        if not node.is_python:
            return self._lay_aside(node.name, f"(\n{_replaced(node.sql, instead)}\n) as made", node.relation)
        made = run_path(str(PROJECT / node.sql))["model"](_Asked(self._connection, self._by_id, instead), None)
        self._connection.register("made_by_python", made)
        aside = self._lay_aside(node.name, "made_by_python", node.relation)
        self._connection.unregister("made_by_python")
        return aside

    def _lay_aside(self, name: str, rows: str, like: str) -> str:
        """Write rows to a file; returns the relation that has them, with the columns and types of a table."""
        described = self._connection.execute(f"describe {like}").fetchall()
        columns = ", ".join(f'cast("{column}" as {kind}) as "{column}"' for column, kind, *_ in described)
        path = ASIDE / f"{name}.parquet"
        self._connection.execute(f"copy (select {columns} from {rows}) to {literal(path.as_posix())} (format parquet)")
        # A file has not every type of a table.
        self._connection.execute(
            f"create or replace temp view aside_{name} as"
            f" select {columns} from read_parquet({literal(path.as_posix())})"
        )
        return f"temp.aside_{name}"

    def _instead(self, node: Node, slices: frozenset[Slice]) -> dict[str, str]:
        """For each sliced relation that the node reads: the relation that holds these slices of it alone."""
        found = {}
        for parent in map(self._by_id.__getitem__, node.parents):
            if parent.slice == node.slice:
                assert parent.relation is not None
                found[parent.relation] = self._slices_of(parent, slices)
        return found

    def _instead_of_all(self, node: Node, change: Change) -> dict[str, str]:
        """What a test that passed before need look at: slices that changed, or rows that have a key of one of these."""
        if change.slices is not None:
            return self._instead(node, change.slices)
        if not node.key or len(node.parents) > 1:
            return {}
        (parent,) = map(self._by_id.__getitem__, node.parents)
        changed = self._changed.get(parent.unique_id)
        if changed is None or changed.slices is None:
            return {}
        assert parent.relation is not None
        rows = f"keys_{len(self._sliced)}_{node.name}"
        self._connection.execute(
            f"create temp view {rows} as from {parent.relation}"
            f" semi join {self._slices_of(parent, changed.slices)} using ({', '.join(node.key)})"
        )
        return {parent.relation: f"temp.{rows}"}

    def _slices_of(self, node: Node, slices: frozenset[Slice]) -> str:
        if (node.unique_id, slices) not in self._sliced:
            name = f"slices_{len(self._sliced)}_{node.name}"
            if node.kind == "view" and node.is_closed:
                sql = _replaced(node.sql, self._instead(node, slices))
            else:
                sql = f"from {node.relation} where {_within(str(node.slice), slices)}"
            self._connection.execute(f"create temp view {name} as {sql}")
            self._sliced[node.unique_id, slices] = f"temp.{name}"
        return self._sliced[node.unique_id, slices]

    # -------------------------------------------------------------------------------------------------------- tests
    def _test(self, node: Node) -> NodeResult:
        change = self._incoming(node)
        if change is None:
            return self._outcomes[node.unique_id]
        began = time.perf_counter()
        # Rows that did not change pass as they did; where one of them failed, all are counted again.
        instead = self._instead_of_all(node, change) if self._outcomes[node.unique_id].status == "pass" else {}
        sql = _replaced(node.sql, instead)
        (failing,) = self._connection.execute(f"select count(*) from (\n{sql}\n) as failing").fetchall()[0]
        if failing and node.is_error:
            raise NotUpdatable(f"the check {node.name} fails: {failing} rows")
        keys = outcomes.failing_keys(self._connection, sql) if failing else ()
        message = f"Got {failing} result{'s' if failing > 1 else ''}, configured to warn if != 0" if failing else None
        result = NodeResult(
            node.unique_id, "warn" if failing else "pass", message, time.perf_counter() - began, failing, keys
        )
        outcomes.save(self._connection, [result])
        return result


class _Asked:
    """What a Python dbt model asks of dbt: the tables that it reads."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, by_id: Mapping[str, Node], instead: Mapping[str, str]
    ) -> None:
        self._connection = connection
        self._relations = {
            node.name: instead.get(node.relation, node.relation) for node in by_id.values() if node.relation
        }

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(f"from {self._relations[name]}")

    def config(self, **_settings: Any) -> None:
        """Taken and not used: the table is there."""


def _within(column: str, slices: frozenset[Slice]) -> str:
    """A condition that DuckDB can check against what it knows of a block of rows; null where the column is."""
    known = sorted(literal(slice_) for slice_ in slices if slice_ is not None)
    parts = [f"{column} in ({', '.join(known)})"] if known else []
    if None in slices:
        parts.append(f"{column} is null")
    return f"({' or '.join(parts) or 'false'})"


def _replaced(sql: str, instead: Mapping[str, str]) -> str:
    for relation, other in instead.items():
        sql = sql.replace(relation, other)
    return sql
