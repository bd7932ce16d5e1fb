"""A failure of the machine, however a library words it, is one sentence with its remedy; any other stays as it is."""

import errno
import os

import pytest

from pipelines.trouble import STANDS, explained, is_known

WORDS = {
    "the disk is full": [
        str(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/w/x")),
        "database or disk is full",
        'IO Error: Could not write all bytes to file "x.duckdb": wanted=4096 wrote=-1 (errno=28)',
        "ComputeError: No space left on device (os error 28)",
        str(OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))),
    ],
    "can only be read": [
        str(OSError(errno.EROFS, os.strerror(errno.EROFS), "/w/x")),
        "attempt to write a readonly database",
        'IO Error: Cannot open file "x": Read-only file system',
    ],
    "may not read or write": [
        str(PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/w/x")),
        "unable to open database file",
        'IO Error: Cannot open file "x": Permission denied',
    ],
    "could not be read or written": [str(OSError(errno.EIO, os.strerror(errno.EIO))), "disk I/O error"],
    "not enough memory": [
        str(OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))),
        "Out of Memory Error: failed to pin block",
    ],
    "too many files are open": [str(OSError(errno.EMFILE, os.strerror(errno.EMFILE)))],
}


@pytest.mark.parametrize(("means", "words"), [(means, words) for means, all_ in WORDS.items() for words in all_])
def test_what_happened_is_named_with_its_remedy_and_the_words_are_kept(means, words):
    said = explained(words)
    assert means in said
    assert STANDS in said
    assert words in said
    assert "\n" not in said
    assert is_known(words)


@pytest.mark.parametrize("words", ["division by zero", "Catalog Error: no table observations", "line 13 of the file"])
def test_an_error_of_the_program_keeps_its_words(words):
    assert explained(f"{words}\n") == words
    assert not is_known(words)
