"""What every test of files made to harm needs."""

import time
from collections.abc import Iterator

import pytest

SECONDS = 20


@pytest.fixture
def soon() -> Iterator[None]:
    """Whatever a file holds, its answer comes soon."""
    began = time.process_time()  # of the processor's, so that a busy machine makes nothing look slow
    yield
    assert time.process_time() - began < SECONDS
