"""A file has the hash of its bytes in their order, also when it is read ahead or past the system's cache."""

import errno
import hashlib
import os
import random

import pytest

from pipelines.releases import fingerprint


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 64 * 8, 64 * 8 + 1, 64 * 9, 10_000])
def test_whatever_the_number_of_pieces(size, tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "_LARGE", 0)
    monkeypatch.setattr(fingerprint, "_PIECE", 64)
    content = random.Random(size).randbytes(size)
    (tmp_path / "file").write_bytes(content)
    assert fingerprint.file_sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 8192, 10_000])
def test_past_the_cache_whatever_the_length(size, tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint, "_PIECE", 4096)
    content = random.Random(size).randbytes(size)
    (tmp_path / "file").write_bytes(content)
    assert fingerprint.cold_file_sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


def test_past_the_cache_is_asked_for_and_read_without_the_other_way(tmp_path, monkeypatch):
    """On any file system: what was asked for is noted, and the file is opened as it can be."""
    asked = []

    def opened(file, flags, _open=os.open):
        asked.append(flags)
        return _open(file, flags & ~os.O_DIRECT)

    monkeypatch.setattr(fingerprint.os, "open", opened)
    monkeypatch.delattr(fingerprint, "file_sha256")
    content = random.Random(2).randbytes(2 * fingerprint._PIECE + 1)
    (tmp_path / "file").write_bytes(content)
    assert fingerprint.cold_file_sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()
    assert asked == [os.O_RDONLY | os.O_DIRECT]


def refuse(*_):
    raise OSError(errno.EINVAL, "Invalid argument")


def end_early(file, pieces, begin, _read=os.preadv):
    return min(_read(file, pieces, begin), 100)


@pytest.mark.parametrize("reading", [refuse, end_early])
def test_a_file_system_that_cannot_read_past_the_cache(reading, tmp_path, monkeypatch):
    monkeypatch.setattr(fingerprint.os, "preadv", reading)
    content = random.Random(1).randbytes(10_000)
    (tmp_path / "file").write_bytes(content)
    assert fingerprint.cold_file_sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()


def test_of_several_files_one_is_not_there(tmp_path):
    (tmp_path / "file").write_bytes(b"rows")
    found = fingerprint.files_sha256([tmp_path / "file", tmp_path / "gone"], are_cold=True)
    assert found[tmp_path / "file"] == hashlib.sha256(b"rows").hexdigest()
    assert isinstance(found[tmp_path / "gone"], FileNotFoundError)
