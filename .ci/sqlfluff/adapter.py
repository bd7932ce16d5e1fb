"""Stands in for dbt's `adapter` when SQL is linted: a dispatched macro becomes a call of its own name."""

from collections.abc import Callable


def dispatch(name: str, *_: object, **__: object) -> Callable[..., str]:
    """Give back what dbt would: something to call with the macro's arguments."""
    return lambda *arguments, **named: f"{name}({', '.join(map(str, [*arguments, *named.values()]))})"


def quote(name: str) -> str:
    """Quote a name."""
    return f'"{name}"'
