"""Stands in for dbt's portable functions when SQL is linted: `dbt.date_trunc(...)` becomes a call of its own name."""

from collections.abc import Callable

_TYPES = {"string": "varchar", "int": "integer", "bigint": "bigint", "numeric": "numeric", "float": "double"}


def __getattr__(name: str) -> Callable[..., str]:
    if name.startswith("__"):
        raise AttributeError(name)
    if name.startswith("type_"):
        return lambda: _TYPES.get(name.removeprefix("type_"), name.removeprefix("type_"))
    if name in ("safe_cast", "cast"):
        return lambda field, type: f"cast({field} as {type})"
    return lambda *arguments, **named: f"{name}({', '.join(map(str, [*arguments, *named.values()]))})"
