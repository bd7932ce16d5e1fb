"""The next piece is read while the one before is worked on: reading and judging keep a core each busy."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterable[T]) -> Iterator[T]:
    """The items in order, each asked for when the one before is handed out; what asking raises is raised here."""
    iterator = iter(items)
    nothing = object()
    with ThreadPoolExecutor(1, thread_name_prefix="dovetail-reading") as pool:
        coming = pool.submit(next, iterator, nothing)
        while (item := coming.result()) is not nothing:
            coming = pool.submit(next, iterator, nothing)
            yield item  # type: ignore[misc]
