"""The smallest world that still shows a difference, as lines of Python that build it alone."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from tests.integration.warehouse.world import World

LISTS = ("breaks", "indicators", "datasets")


def shrink(world: World, is_bad: Callable[[World], bool], tries: int = 300) -> World:
    """Leaves out rows, half of a shape at a time and then one at a time, while the world stays bad."""
    while True:
        for smaller in _smaller(world):
            tries -= 1
            if tries < 0:
                return world
            if is_bad(smaller):
                world = smaller
                break
        else:
            return world


def _smaller(world: World) -> Iterator[World]:
    sizes = {len(rows) for rows in world.rows.values() if rows} | {1}
    size = max(sizes)
    while size:
        for shape, rows in world.rows.items():
            if size <= len(rows):
                for start in range(0, len(rows), size):
                    kept = rows[:start] + rows[start + size :]
                    yield _with(world, rows=world.rows | {shape: kept})
        size //= 2
    for name in LISTS:
        rows = getattr(world, name)
        for number in range(len(rows)):
            yield _with(world, **{name: rows[:number] + rows[number + 1 :]})


def _with(world: World, **parts: Any) -> World:
    changed = copy(world)
    for name, value in parts.items():
        setattr(changed, name, value)
    return changed


def snippet(world: World) -> str:
    """Lines that build the world."""
    lines = ["world = World()", f"world.settings = {world.settings!r}"]
    lines += [f"world.{name} = {getattr(world, name)!r}" for name in LISTS if getattr(world, name)]
    for shape, rows in world.rows.items():
        for row in rows:
            told = ", ".join(f"{name}={value!r}" for name, value in row.items() if value is not None)
            lines.append(f"world.add({shape!r}, {told})")
    return "\n".join(lines)
