"""Files made to harm: each is refused with a reason and a remedy, or read as the data it holds, and nothing is run.

Zips and workbooks have files of their own beside this one.
"""

import io
import os
import socket
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.readers import UnreadableFile, read
from pipelines.readers.limits import MAX_COLUMNS
from pipelines.readers.source import on_disk
from tests.unit.readers.hostile_files import refused, rows_of

pytestmark = pytest.mark.usefixtures("soon")


# ---------------------------------------------------------------------------------------------------- what is no file


def test_a_pipe_a_socket_a_device_and_a_folder_are_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    refused(tmp_path / "pipe.csv", "it is a pipe, not a file")
    monkeypatch.chdir(tmp_path)  # the path of a socket is short by law
    with socket.socket(socket.AF_UNIX) as served:
        served.bind("socket.csv")
        refused(Path("socket.csv"), "it is a socket, not a file")
    refused(Path("/dev/zero"), "it is a device, not a file")
    refused(tmp_path, "it is a folder, not a file")


def test_a_pipe_put_in_the_place_of_a_file_does_not_hold_us_up(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n")
    source = on_disk(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        source.start()


def test_a_name_that_a_terminal_would_obey_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "\x1b[2Jx\udce9\u202e.csv"
    path.write_bytes(b"")
    assert str(refused(path, "empty")).startswith(r"\x1b[2Jx\udce9\u202e.csv: the file is empty")


def test_links(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (inside / "x.csv").write_text("a,b\n1,2\n")
    (outside / "y.csv").write_text("secret\n")
    (inside / "good.csv").symlink_to("x.csv")
    (inside / "out.csv").symlink_to(outside / "y.csv")
    (inside / "passwd.csv").symlink_to("/etc/passwd")
    (inside / "lost.csv").symlink_to("nowhere.csv")
    (inside / "circle.csv").symlink_to("circle.csv")
    assert rows_of(read(inside / "good.csv")) == [(1, "a", "b"), (2, "1", "2")]
    refused(inside / "out.csv", "a link that leads out of its folder")
    refused(inside / "passwd.csv", "a link that leads out of its folder")
    refused(inside / "lost.csv", "a link to a file that is not there")
    refused(inside / "circle.csv", "cannot be opened")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    source = on_disk(path)
    blocks = source.blocks(4)
    next(blocks)
    os.utime(path, ns=(1, 1))
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        list(blocks)


# --------------------------------------------------------------------------------------------------------------- text


def test_a_million_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(",".join(map(str, range(1_000_000))) + "\n" + "1," * 999_999 + "1\n")
    refused(path, "columns")
    path.write_text("a,b\n" * 300_000 + "1," * 999_999 + "1\n")
    refused(path, "has 1,000,000 columns, more than 16,384")
    path.write_text('a,"b\n"\n' + '5" x,' * 20_000 + '"1"\n')
    refused(path, "columns")
    (tmp_path / "x.json").write_text("[{" + ",".join(f'"{number}":1' for number in range(1_000_000)) + "}]")
    refused(tmp_path / "x.json", "have 1,000,000 names")
    wide = pa.table({str(number): [1] for number in range(MAX_COLUMNS + 1)})
    pq.write_table(wide, tmp_path / "x.parquet")
    refused(tmp_path / "x.parquet", "it has 16,385 columns")


def test_one_wide_record_among_millions_is_not_laid_out(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("," * 9_999 + "x\n" + "1\n" * 3_000_000)
    refused(path, "nearly every cell is blank")


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,2\n")
        for _ in range(60):
            file.write(b"x" * 2**20)
    refused(path, "the record that starts on line 3 is longer than 16,777,216 bytes")


def test_gigabytes_of_nothing_are_refused_from_their_head(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    with path.open("wb") as file:
        file.truncate(10 * 2**30)
    refused(path, "a NUL byte (byte 1)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
        ('[{"a":' * 50_000, "nested too deeply"),
        ('[{"a":1,"a":2}]', "repeats the name a"),
        ('[{"a":"\\ud800"}]', "half a character"),
        ('[{"\\udfff":1}]', "half a character"),
        ("[" + "[]," * 5_000_000 + "[]]", "more than 5,000,000 values"),
    ],
)
def test_json_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "x.json").write_text(text)
    refused(tmp_path / "x.json", reason)


def test_numbers_that_json_does_not_have_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(
        '[{"a":NaN,"b":-Infinity,"c":' + "9" * 5000 + ',"d":1e999,"e":12345678901234567890,"f":"\\ud83d\\ude00"}]'
    )
    assert rows_of(read(path)) == [(1, "NaN", "-Infinity", "9" * 5000, "1e999", "12345678901234567890", "😀")]


# ------------------------------------------------------------------------------------------------------------ parquet


def parquet(frame: pl.DataFrame, **settings: int) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, **settings)  # type: ignore[arg-type]
    return buffer.getvalue()


def test_nested_columns_become_their_json(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(
        parquet(pl.DataFrame({"a": [[1, None], None], "b": [{"x": 1.5}, {"x": None}]}))
    )
    assert rows_of(read(tmp_path / "x.parquet")) == [(1, "[1,null]", '{"x":1.5}'), (2, None, '{"x":null}')]


def test_two_parquet_columns_may_share_a_name(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array([1]), pa.array(["x"])], names=["a", "a"]), tmp_path / "x.parquet")
    assert rows_of(read(tmp_path / "x.parquet")) == [(1, "1", "x")]


def test_a_parquet_that_claims_more_records_than_it_holds_is_refused(tmp_path: Path) -> None:
    data = parquet(pl.DataFrame({"a": list(range(100))}), row_group_size=100)
    claimed = pq.read_metadata(io.BytesIO(data)).serialized_size
    footer = bytearray(data[-8 - claimed :])
    changed: list[str] = []
    for at in range(len(footer) - 2):
        if footer[at : at + 2] == b"\xc8\x01":  # 100 as Thrift writes it
            broken = bytes(footer[:at]) + b"\xfe\x7f" + bytes(footer[at + 2 :])  # 8,191
            (tmp_path / "x.parquet").write_bytes(data[: -8 - claimed] + broken)
            changed.append(outcome(tmp_path / "x.parquet"))
    assert set(changed) <= {"100", "damaged"}, "a count on which nothing depends may be wrong"
    assert "damaged" in changed


def outcome(path: Path) -> str:
    try:
        return str(read(path)[0].cells.height)
    except UnreadableFile as error:
        return "damaged" if "the Parquet file is damaged" in error.reason else error.reason


def test_a_parquet_column_of_bytes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(parquet(pl.DataFrame({"a": [b"\xff\xfe"]})))
    refused(tmp_path / "x.parquet", "column a holds bytes, not text")
