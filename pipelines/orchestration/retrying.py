"""Which failures of a step are worth another try: those of a disk, a network folder or a lock that may pass by itself.

A refusal of data, a failed check or a defect is the same on the second try, so it is never tried again.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg

TRIES = 3
FIRST_WAIT_SECONDS = 10.0
PASSING = frozenset({
    errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.EIO, errno.ESTALE, errno.ETIMEDOUT, errno.ETXTBSY, errno.ENETDOWN,
    errno.ENETUNREACH, errno.ENETRESET, errno.EHOSTDOWN, errno.EHOSTUNREACH, errno.ECONNRESET, errno.ECONNREFUSED,
    errno.ECONNABORTED,
})  # fmt: skip


def may_pass(error: BaseException) -> bool:
    """Whether the same step may succeed a little later, with nobody doing anything."""
    if isinstance(error, sqlite3.OperationalError):
        return "locked" in str(error) or "busy" in str(error)
    if isinstance(error, OSError):
        return error.errno in PASSING
    # DuckDB is not imported for this: a step that never opened it cannot have met its lock.
    return type(error).__module__.startswith("_duckdb") and "Could not set lock" in str(error)


@contextmanager
def retrying(context: Any) -> Iterator[None]:
    """Have the step tried again, after 10, 20 and 40 seconds, where what stopped it may pass; else it fails as it did.

    Args:
        context: The step's own, which knows how often it was tried.
    """
    try:
        yield
    except Exception as error:
        if not may_pass(error):
            raise
        tried = context.retry_number
        if tried >= TRIES:
            raise
        wait = FIRST_WAIT_SECONDS * 2**tried
        context.log.warning(f"{type(error).__name__} may pass; trying again in {wait:g} seconds")
        raise dg.RetryRequested(max_retries=TRIES, seconds_to_wait=wait) from error
