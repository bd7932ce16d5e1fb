"""What a failure of the machine means for the person at it: one sentence that names what happened, and the remedy.

The words are matched, not the kind of error: what DuckDB, SQLite and Polars could not do reaches us as a sentence,
often through several hands.
"""

import getpass
import re

STANDS = "What is current is as it was"

_KNOWN = (
    (
        r"No space left on device|database or disk is full|Disk quota exceeded|Errno 28|could not write all",
        "the disk is full. Make room (`dovetail releases prune` takes old releases away) and run the same again",
    ),
    (
        r"Read-only file system|readonly database|Errno 30",
        "the folder can only be read, not written. Have its file system mounted for writing, or name another"
        " warehouse, and run the same again",
    ),
    (
        r"Permission denied|Operation not permitted|Errno 13|Errno 1\b|unable to open database file",
        "{user} may not read or write what is needed. Have the folder given to {user}, or run as its owner",
    ),
    (
        r"Input/output error|disk I/O error|Errno 5\b",
        "the disk could not be read or written. Have the disk looked at; then run the same again",
    ),
    (
        r"Too many open files|Errno 24",
        "too many files are open. Raise the limit (`ulimit -n 4096`) and run the same again",
    ),
    (
        r"Cannot allocate memory|Out of Memory|MemoryError|failed to allocate",
        "there is not enough memory. Close what else is running, or give the machine more, and run the same again",
    ),
)


def explained(message: str) -> str:
    """A failure's own words, after what they mean and what to do where that is known."""
    words = message.strip()
    for pattern, meaning in _KNOWN:
        if re.search(pattern, words, re.IGNORECASE):
            return f"{meaning.format(user=_user())}. {STANDS}. ({words.splitlines()[0][:300]})"
    return words


def is_known(message: str) -> bool:
    """Whether a failure is one of the machine, which nobody has to look for in the program."""
    return any(re.search(pattern, message, re.IGNORECASE) for pattern, _ in _KNOWN)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "this user"
