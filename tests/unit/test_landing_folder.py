"""What of a landing folder is taken, and what is left because it is still being written."""

import os
import threading
import time

from pipelines import landing_folder
from pipelines.landing_folder import landing_files, look, still_arriving, unsettled


def test_names_that_copy_programs_give_to_parts_are_passed_over(tmp_path):
    for name in ("a.csv", "b.csv.part", "c.csv.tmp", "d.csv.filepart", "e.xlsx.crdownload", ".f.csv.Xy12", "g.PARTIAL"):
        (tmp_path / name).write_text("x")
    assert [path.name for path in landing_files(tmp_path)] == ["a.csv"]


def test_a_file_is_unsettled_when_it_is_new_or_grew_or_was_written_again(tmp_path):
    paths = [tmp_path / name for name in ("same", "grew", "again")]
    for path in paths:
        path.write_text("x")
    before = look(paths)
    paths[1].write_text("xx")
    os.utime(paths[2], ns=(1, 1))
    new = tmp_path / "new"
    new.write_text("x")
    assert unsettled(before, look([*paths, new])) == {path.as_posix() for path in (paths[1], paths[2], new)}


def test_a_file_that_is_gone_is_not_seen(tmp_path):
    assert look([tmp_path / "never there"]) == {}


def test_old_files_are_taken_at_once_and_a_growing_one_is_left(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(landing_folder.time, "sleep", waited.append)
    old = tmp_path / "old.csv"
    old.write_text("x")
    os.utime(old, (time.time() - 60, time.time() - 60))
    assert still_arriving([old]) == set()
    assert waited == []
    growing, whole = tmp_path / "growing.csv", tmp_path / "whole.csv"
    for path in (growing, whole):
        path.write_text("x")

    def grow(_seconds):
        with growing.open("a") as file:
            file.write("more")

    monkeypatch.setattr(landing_folder.time, "sleep", grow)
    assert still_arriving([old, growing, whole]) == {growing}


def test_a_file_dated_in_the_future_is_looked_at_twice(tmp_path, monkeypatch):
    waited = []
    monkeypatch.setattr(landing_folder.time, "sleep", waited.append)
    ahead = tmp_path / "ahead.csv"
    ahead.write_text("x")
    os.utime(ahead, (time.time() + 3600, time.time() + 3600))
    assert still_arriving([ahead]) == set()
    assert len(waited) == 1


def test_a_real_slow_copy_is_left_until_it_is_whole(tmp_path):
    slow = tmp_path / "slow.csv"
    begun, enough = threading.Event(), threading.Event()

    def copy():
        with slow.open("wb") as file:
            while not enough.wait(0.01):
                file.write(b"x" * 1000)
                file.flush()
                begun.set()

    writer = threading.Thread(target=copy)
    writer.start()
    begun.wait()
    assert still_arriving([slow]) == {slow}
    enough.set()
    writer.join()
    assert still_arriving([slow]) == set()
