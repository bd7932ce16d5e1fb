"""The whole of what differs as one document, and `diff.json` in a release: its difference from the one before."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pipelines.releases.diff.answers import changed_answers
from pipelines.releases.diff.cells import changed_cells
from pipelines.releases.diff.gaps import changed_gaps
from pipelines.releases.diff.pair import NotComparable, Pair, Row
from pipelines.releases.diff.rows import changed_rows
from pipelines.releases.manifest import ManifestNotReadable
from pipelines.releases.partitions import alike
from pipelines.releases.public_tables import declarations
from pipelines.releases.quoted import literal
from pipelines.releases.store import Release
from pipelines.warehouse.limits import memory_limit

NAME = "diff.json"
LISTED = 50
"""How many rows a list in diff.json holds at most: the file stays small however much changed."""
_STRUCTURE = ("typology_id", "service_id", "valid_from")
_DEFINING = ("indicators", "typologies", "typology_models", "gap_kinds", "datasets")


def differences(earlier: Release, later: Release, listed: int = LISTED) -> Row:
    """What differs from one release to another; neither is changed.

    Args:
        earlier: what is compared with.
        later: what is told of.
        listed: how many rows a list holds at most.

    Returns:
        A document that JSON can hold. A part that cannot be compared is `{"not_compared": why}`.
    """
    return _document(earlier, later, _inputs(later.manifest), listed)


def write_diff(being_made: Release, inputs: Mapping[str, object], previous: Release | None) -> None:
    """Write diff.json of a release whose database is whole and whose MANIFEST is not written yet.

    Args:
        being_made: its number, and the folder in which it is made.
        inputs: what makes it.
        previous: the release that is current; None before the first, of which diff.json says so.
    """
    document: Row = {"earlier": None, "later": being_made.release_id}
    if previous is not None:
        document = _document(previous, being_made, inputs, LISTED)
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (being_made.path / NAME).write_text(text, encoding="utf-8")


def _document(earlier: Release, later: Release, inputs: Mapping[str, object], listed: int) -> Row:
    import duckdb

    document: Row = {"earlier": earlier.release_id, "later": later.release_id, "listed_at_most": listed}
    # What does not fit in memory goes to a folder of its own: neither release's folder may change.
    with tempfile.TemporaryDirectory(prefix="dovetail-diff-") as scratch, duckdb.connect(":memory:") as connection:
        connection.execute(f"set temp_directory = {literal(scratch)}; set memory_limit = '{memory_limit()}'")
        connection.execute(f"attach {literal(later.database)} as later (read_only)")
        try:
            connection.execute(f"attach {literal(earlier.database)} as earlier (read_only)")
            made_from = _inputs(earlier.manifest)
        except (duckdb.Error, ManifestNotReadable):
            return document | {"not_compared": f"release {earlier.release_id} cannot be read"}
        same = {table: alike(earlier.path, later.path, table) for table in ("observations", "attribution_gaps")}
        pair = Pair(connection, "earlier", "later", listed, same)
        return document | {
            "inputs": _changed_inputs(made_from, inputs),
            "deliveries": _part(lambda: changed_rows(pair, "deliveries", ["delivery_id"])),
            "tables": _tables(pair),
            "cells": _part(lambda: changed_cells(pair)),
            "gaps": _part(lambda: changed_gaps(pair)),
            "comparisons": _part(lambda: changed_answers(pair)),
            "structures": _part(lambda: changed_rows(pair, "structures", _STRUCTURE, ["structure_id"])),
            "definitions": {
                table: _part(partial(changed_rows, pair, table, declarations()[table].key))
                for table in _DEFINING
                if table in pair.columns[0] or table in pair.columns[1]
            },
        }


def _part(compare: Callable[[], Row]) -> Row:
    try:
        return compare()
    except NotComparable as lacking:
        return {"not_compared": str(lacking)}


def _tables(pair: Pair) -> Row:
    """Tables that only one of them has, columns likewise, and how many rows each holds."""
    before, after = pair.columns
    changed = []
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table], after[table]
        both = sorted(old.keys() & new.keys())
        said = {
            "columns_added": sorted(new.keys() - old.keys()),
            "columns_removed": sorted(old.keys() - new.keys()),
            "types_changed": {name: [old[name], new[name]] for name in both if old[name] != new[name]},
        }
        if any(said.values()):
            changed.append({"table": table} | said)
    rows = {
        table: [
            pair.count(f"select count(*) from {pair.of(side, table)}") if table in pair.columns[side] else None
            for side in (0, 1)
        ]
        for table in sorted(before.keys() | after.keys())
    }
    return {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": changed,
        "rows": {table: counts for table, counts in rows.items() if counts[0] != counts[1]},
    }


def _inputs(manifest: Mapping[str, Any]) -> Mapping[str, object]:
    inputs: Mapping[str, object] = manifest.get("inputs", {})
    return inputs


def _changed_inputs(before: Mapping[str, object], after: Mapping[str, object]) -> Row:
    """Which code, lock, catalogue, settings made the one and the other, where they differ."""
    old, new = (_flat(json.loads(json.dumps(side, default=str))) for side in (before, after))
    return {name: [old.get(name), new.get(name)] for name in sorted({*old, *new}) if old.get(name) != new.get(name)}


def _flat(said: Mapping[str, Any]) -> Row:
    """Settings within settings as `settings.coverage_minimum`."""
    flat: Row = {}
    for name, value in said.items():
        flat |= {f"{name}.{part}": each for part, each in value.items()} if isinstance(value, dict) else {name: value}
    return flat
