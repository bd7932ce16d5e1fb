"""The contract of the public tables: names, types and key of each, as recorded, and what a change of them may be.

What other programs rely on is recorded in contract.yml and compared with what is built today. A table may gain columns.
What would break its readers (a column that goes, a type or a key that changes) needs a table of a new version beside it
(`observations_v2`), and in public_tables.yml a date on which the old one goes and the name of the new one: a name
never changes what it means. `python -m pipelines.releases.contract` records what is built today, and refuses a break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from pipelines.releases.public_tables import Declaration, declarations

RECORD = Path(__file__).with_name("contract.yml")
NOTICE = timedelta(days=365)
"""How long a table that goes stays at least, from the day on which that is recorded."""
_VERSION = re.compile(r"_v([2-9]|[1-9]\d+)$")
_HEAD = (
    "# The contract of the public tables, as recorded by `python -m pipelines.releases.contract`. Not edited by hand.\n"
)


class ContractBroken(Exception):
    """A change would break readers of a public table; the message says which, and what to do instead."""


@dataclass(frozen=True)
class Contract:
    """What is promised of a public table.

    Attributes:
        key: columns of which one row is one value; empty for none.
        columns: types by name.
        deprecated_on: the first day on which it may be gone; None while it stays.
        replaced_by: the table to read instead.
    """

    key: tuple[str, ...]
    columns: Mapping[str, str]
    deprecated_on: date | None = None
    replaced_by: str | None = None

    @classmethod
    def of(cls, declared: Declaration, columns: Mapping[str, str]) -> Contract:
        """The contract of a table as it is declared and built."""
        return cls(declared.key, dict(columns), declared.deprecated_on, declared.replaced_by)


def version_of(table: str) -> int:
    """The version of a table, which its name carries from the second on."""
    found = _VERSION.search(table)
    return int(found[1]) if found else 1


def recorded(file: Path = RECORD) -> dict[str, Contract]:
    """The contracts that are recorded."""
    held: dict[str, dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return {
        table: Contract(tuple(each["key"]), each["columns"], each.get("deprecated_on"), each.get("replaced_by"))
        for table, each in held.items()
    }


def built() -> dict[str, Contract]:
    """The contracts that dbt enforces today, and that of the table of checks, which a release adds itself."""
    from pipelines.releases.database import check_columns
    from pipelines.warehouse.manifest import manifest

    found = {"check_results": check_columns()}
    for node in manifest()["nodes"].values():
        if node["resource_type"] == "model" and node["name"] in declarations():
            found[node["name"]] = {column["name"]: column["data_type"].upper() for column in node["columns"].values()}
    return {name: Contract.of(declarations()[name], columns) for name, columns in sorted(found.items())}


def breaks(before: Mapping[str, Contract], after: Mapping[str, Contract], today: date) -> Iterator[str]:
    """What would break a reader, a sentence each with the remedy."""
    for table, old in before.items():
        new = after.get(table)
        if new is None:
            if old.deprecated_on is None or today < old.deprecated_on:
                until = f"before {old.deprecated_on}" if old.deprecated_on else "without a date on which it goes"
                yield f"{table} is gone {until}. Bring it back; {_remedy(table)}"
            continue
        for column, kind in old.columns.items():
            if column not in new.columns:
                yield f"{table}.{column} is gone. Keep it; {_remedy(table)}"
            elif new.columns[column] != kind:
                yield f"{table}.{column} was {kind} and is {new.columns[column]}. Keep its type; {_remedy(table)}"
        if new.key != old.key:
            yield f"the key of {table} was {', '.join(old.key) or 'none'}. Keep it; {_remedy(table)}"
        yield from _breaks_of_date(table, old, new, after, today)


def _breaks_of_date(
    table: str, old: Contract, new: Contract, after: Mapping[str, Contract], today: date
) -> Iterator[str]:
    if new.deprecated_on is None:
        return
    if new.replaced_by not in after:
        yield f"{table} goes on {new.deprecated_on} and no table is named to read instead: set replaced_by."
    if old.deprecated_on is None and new.deprecated_on < today + NOTICE:
        yield f"{table} would go on {new.deprecated_on}: set deprecated_on to {today + NOTICE} or later."
    if old.deprecated_on is not None and new.deprecated_on < old.deprecated_on:
        yield f"{table} was promised until {old.deprecated_on}: set deprecated_on to that day or later."


def record(today: date, file: Path = RECORD) -> None:
    """Record what is built today.

    Raises:
        ContractBroken: it would break a reader.
    """
    now = built()
    before = recorded(file) if file.exists() else {}
    if broken := list(breaks(before, now, today)):
        raise ContractBroken("\n".join(broken))
    file.write_text(_HEAD + yaml.safe_dump(plain(now), sort_keys=False, width=120), encoding="utf-8")


def plain(contracts: Mapping[str, Contract]) -> dict[str, dict[str, Any]]:
    """Contracts as the record holds them."""
    said: dict[str, dict[str, Any]] = {}
    for table, contract in contracts.items():
        said[table] = {"key": list(contract.key), "columns": dict(contract.columns)}
        if contract.deprecated_on is not None:
            said[table] |= {"deprecated_on": contract.deprecated_on, "replaced_by": contract.replaced_by}
    return said


def _remedy(table: str) -> str:
    stem = _VERSION.sub("", table)
    new = f"{stem}_v{version_of(table) + 1}"
    return f"build {new} beside it, and set deprecated_on and replaced_by: {new} for {table} in public_tables.yml."


if __name__ == "__main__":
    record(date.today())
