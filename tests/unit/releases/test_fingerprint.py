"""A file that is read ahead by several threads has the hash of its bytes in their order."""

import hashlib
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
