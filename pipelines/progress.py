"""Where the steps of a job say what they are doing, so that a terminal can show it. Silent when nobody listens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pipelines.one_line import one_line

Listener = Callable[[str], None]
_listeners: list[Listener] = []


def tell(text: str) -> None:
    """Say what is being done now, in a few words."""
    for listener in _listeners:
        listener(one_line(text))


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` told while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
