"""What dbt made a warehouse of: each node's compiled SQL, what it reads, and by what its rows may be renewed in part.

The recipe is kept inside the database that it made, so that a later build can run the same SQL again for the nodes
whose inputs changed, and for no other. It holds no decision: pipelines/warehouse/update.py takes those.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


UNIQUE = "unique_combination"
"""The test of dbt_project/macros/generic_tests.sql that looks for keys that stand twice."""


@dataclass(frozen=True)
class Node:
    """A dbt model or data test as it was compiled.

    Attributes:
        unique_id: dbt's name of it.
        name: Its own name.
        kind: table, view or test.
        relation: Its quoted name in the database, as compiled SQL writes it; None for a test.
        sql: What dbt compiled; for a Python model its file, relative to the dbt project.
        is_python: Whether `sql` names a Python file.
        parents: unique_id of each model that it reads.
        slice: The column by which its rows fall into slices (see `docs/decisions/0009`); None when it is made whole.
        is_closed: Whether the rows of a slice depend on nothing but the same slice of sliced parents.
        kept_by: How a change of a staging model is seen: rows, files or release; None for any other node.
        is_error: For a test, whether a failing row fails the build; otherwise it warns.
        key: For a test that no key stands twice, the columns of the key; else none.
    """

    unique_id: str
    name: str
    kind: str
    relation: str | None
    sql: str
    is_python: bool
    parents: tuple[str, ...]
    slice: str | None
    is_closed: bool
    kept_by: str | None
    is_error: bool
    key: tuple[str, ...] = ()


def node_of(compiled: Any) -> Node:
    """The node that dbt ran, in this form."""
    meta = compiled.config.meta
    is_test = str(compiled.resource_type) == "test"
    is_python = compiled.language == "python"
    asked = getattr(compiled, "test_metadata", None) if is_test else None
    parents = tuple(parent for parent in compiled.depends_on.nodes if parent.startswith("model."))
    is_staging = not is_test and not parents
    return Node(
        unique_id=compiled.unique_id,
        name=compiled.name,
        kind="test" if is_test else compiled.config.materialized,
        relation=None if is_test else compiled.relation_name,
        sql=compiled.original_file_path if is_python else compiled.compiled_code,
        is_python=is_python,
        parents=parents,
        slice=meta.get("slice"),
        is_closed=meta.get("is_closed", False),
        kept_by=meta.get("kept_by", "rows") if is_staging else None,
        is_error=not is_test or str(compiled.config.severity).lower() == "error",
        key=tuple(asked.kwargs["columns"]) if asked is not None and asked.name == UNIQUE else (),
    )


def save(connection: duckdb.DuckDBPyConnection, nodes: Iterable[Node]) -> None:
    """Keep the recipe in the database, in the order given, which is one in which every node comes after its parents."""
    connection.execute("create or replace table standing.recipe (place integer, node varchar)")
    for place, node in enumerate(nodes):
        text = json.dumps(asdict(node)).replace("'", "''")
        connection.execute(f"insert into standing.recipe values ({place}, '{text}')")


def load(connection: duckdb.DuckDBPyConnection) -> list[Node]:
    """The recipe that is kept in the database, in its order."""
    rows = connection.execute("select node from standing.recipe order by place").fetchall()
    return [
        Node(**{**plain, "parents": tuple(plain["parents"]), "key": tuple(plain["key"])})
        for plain in (json.loads(node) for (node,) in rows)
    ]
