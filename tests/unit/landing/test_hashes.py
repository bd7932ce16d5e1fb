"""A landed file has beside it the hash of what was written, from when it is in its place and not before."""

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.landing import hashes


@pytest.fixture
def written(tmp_path):
    """A way to write a landed file."""

    def write(rows: bytes) -> Path:
        partial, path = tmp_path / "partial", tmp_path / "D000001.parquet"
        partial.write_bytes(rows)
        hashes.put_in_place(partial, path)
        return path

    return write


def test_the_hash_is_that_of_the_bytes_and_follows_them(written):
    for rows in (b"rows", b"other rows"):
        path = written(rows)
        assert path.read_bytes() == rows
        assert hashes.known(path) == hashlib.sha256(rows).hexdigest()
        assert hashes.changed([path]) == set()


def test_a_stranger_checks_it_with_what_every_machine_has(written):
    path = written(b"rows")
    check = ["sha256sum", "--check", "--strict", "D000001.parquet.sha256"]
    assert subprocess.run(check, cwd=path.parent, check=False, capture_output=True).returncode == 0
    path.write_bytes(b"rowt")
    assert subprocess.run(check, cwd=path.parent, check=False, capture_output=True).returncode == 1


def test_a_run_killed_between_leaves_no_hash_of_something_else(written, monkeypatch):
    path = written(b"rows")

    def killed(*_, **__):
        raise KeyboardInterrupt

    for step in ("replace", "write_text"):
        monkeypatch.setattr(Path, step, killed)
        with pytest.raises(KeyboardInterrupt):
            written(b"other rows")
        monkeypatch.undo()
        assert hashes.known(path) is None
        assert hashes.changed([path]) == set()


def test_a_hash_of_another_file_is_none_of_this_one(written, tmp_path):
    path = written(b"rows")
    moved = tmp_path / "D000002.parquet"
    shutil.copy(path, moved)
    shutil.copy(hashes.hash_of(path), hashes.hash_of(moved))
    assert hashes.known(moved) is None


def test_what_cannot_be_read_counts_as_changed(written):
    path = written(b"rows")
    path.unlink()
    assert hashes.changed([path]) == {path}
