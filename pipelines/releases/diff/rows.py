"""Rows of a small table that are there no more, that are new, and that say something else: definitions, structures."""

from collections.abc import Sequence

from pipelines.releases.diff.pair import Lists, Pair, Row, differs, plain, same
from pipelines.releases.quoted import identifier

_LONGEST = 200


def changed_rows(pair: Pair, table: str, key: Sequence[str], leave_out: Sequence[str] = ()) -> Row:
    """Rows added, removed and changed, by key; of a changed row each column that differs, before and after.

    Args:
        pair: the two releases.
        table: a table that both have.
        key: its key.
        leave_out: columns whose change is told elsewhere.

    Raises:
        NotComparable: a release lacks the table or its key.
    """
    pair.need(table, key)
    compared = [name for name in pair.common(table) if name not in (*key, *leave_out)]
    keys = ", ".join(identifier(name) for name in key)
    found: Row = {}
    for what, side in (("added", 1), ("removed", 0)):
        here, there = pair.of(side, table), pair.of(1 - side, table)
        absent = f"not exists (select 1 from {there} as a where {same(key)})"
        found[what] = pair.listing(f"{here} as b", keys, absent, keys)
    joined = f"{pair.of(0, table)} as b inner join {pair.of(1, table)} as a on {same(key)}"
    found["changed"] = _changed(pair, joined, key, compared)
    return found


def _changed(pair: Pair, joined: str, key: Sequence[str], compared: Sequence[str]) -> Lists:
    if not compared:
        return {"count": 0, "listed": []}
    where = differs(compared)
    order = ", ".join(f"a.{identifier(name)}" for name in key)
    sides = ", ".join(f"{side}.{identifier(name)}" for name in compared for side in ("b", "a"))
    found = pair.connection.execute(
        f"select {order}, {sides} from {joined} where {where} order by {order} limit {pair.listed}"
    ).fetchall()
    listed = []
    for row in found:
        entry: Row = {name: plain(value) for name, value in zip(key, row, strict=False)}
        pairs = zip(compared, row[len(key) :: 2], row[len(key) + 1 :: 2], strict=True)
        entry["columns"] = {name: [_short(old), _short(new)] for name, old, new in pairs if old != new}
        listed.append(entry)
    return {"count": pair.count(f"select count(*) from {joined} where {where}"), "listed": listed}


def _short(value: object) -> object:
    if isinstance(value, list):
        value = "; ".join(str(each) for each in value)
    value = plain(value)
    return f"{value[: _LONGEST - 1]}…" if isinstance(value, str) and len(value) > _LONGEST else value
