"""Files made to harm, through the whole of intake: refused or harmless, told in one line, and in the ledger with why.

That each reader refuses what it should stands in tests/unit/readers/test_readers_hostile.py; here it is what becomes of
a refusal, and of text that is harmless to a reader and not to what comes after: a terminal, a page, a sheet, a query.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from click.testing import CliRunner

from pipelines.cli.main import dovetail
from pipelines.deliveries import receive
from pipelines.landing_folder import landing_files
from pipelines.ledger.store import Ledger
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES
from tests.unit.readers.hostile_files import workbook, zip_of
from tests.unit.readers.test_readers_hostile_workbooks import LAUGHS, OUTSIDE
from tests.unit.readers.test_readers_hostile_zips import link

SOUND = FIXTURES / "good" / "intake" / "FICTIONAL_participation.csv"
SCRIPT = '<script>alert("x")</script>'


def bomb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("pipelines.readers.zipped.MAX_MEMBER_BYTES", 2**20)
    return zip_of(folder / "bomb.zip", ("a.csv", b"1,2\n" * 500_000), ("b.csv", b"a,b\n"))


def link_out(folder: Path, _: pytest.MonkeyPatch) -> Path:
    secret = folder.parent / "secret"
    secret.mkdir()
    (secret / "salaries.csv").write_text("name,salary\nVellow,12345\n")
    path = folder / "link.csv"
    path.symlink_to(secret / "salaries.csv")
    return path


def pipe(folder: Path, _: pytest.MonkeyPatch) -> Path:
    os.mkfifo(folder / "pipe.csv")
    return folder / "pipe.csv"


def of_bytes(name: str, data: bytes):
    def made(folder: Path, _: pytest.MonkeyPatch) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return made


REFUSED = {
    "a zip bomb": (bomb, "unpacks to more than"),
    "a member named outside the zip": (lambda f, _: zip_of(f / "x.zip", ("../a.csv", b"a,b\n")), "outside the zip"),
    "a member with an absolute name": (lambda f, _: zip_of(f / "x.zip", ("/etc/a.csv", b"a,b\n")), "outside the zip"),
    "a member that is a link": (lambda f, _: zip_of(f / "x.zip", (link(), b"/etc/passwd")), "a link to another file"),
    "a value in the last cell there is": (
        lambda f, _: workbook(f / "x.xlsx", sheet='<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "cells"
    ),
    "a million columns": (of_bytes("x.csv", b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n1\n"), "columns"),
    "entities that grow": (lambda f, _: workbook(f / "x.xlsx", head=LAUGHS), "declares a document type"),
    "an entity from outside": (lambda f, _: workbook(f / "x.xlsx", head=OUTSIDE), "declares a document type"),
    "a link out of the folder": (link_out, "leads out of its folder"),
    "a pipe": (pipe, "a pipe, not a file"),
    "bytes of nothing": (of_bytes("x.csv", SOUND.read_bytes()[:300] + b"\0" * 50), ""),
    "two encodings": (of_bytes("x.csv", SOUND.read_bytes() + "é,".encode() * 9 + b"\xff\xfe\xe9\x81\n"), ""),
}  # fmt: skip


@pytest.mark.parametrize("harm", REFUSED)
def test_it_is_refused_recorded_and_kept_away(harm, workspace, tmp_path, monkeypatch):
    make, words = REFUSED[harm]
    (tmp_path / "sent").mkdir()
    path = make(tmp_path / "sent", monkeypatch)
    (outcome,) = receive([path], workspace, load_catalogue())
    assert (outcome.verdict, outcome.rows_landed) == ("refused", 0)
    (sentence,) = outcome.problems
    assert words in sentence
    assert sentence.isprintable()
    (row,) = Ledger(workspace.ledger).deliveries().filter(delivery_id=outcome.delivery_id).rows(named=True)
    assert (row["verdict"], row["reason"]) == ("refused", sentence)
    (told,) = pl.read_parquet(workspace.landed / "quarantined_rows" / f"{outcome.delivery_id}.parquet").rows(named=True)
    assert told["rule"] == "file_unreadable"
    for kept in workspace.originals.rglob("*"):
        assert not kept.is_file() or b"salary" not in kept.read_bytes()
    checked = CliRunner().invoke(dovetail, ["check", str(path), "--warehouse", str(workspace.warehouse)])
    # A pipe is no file that a command line takes.
    assert (checked.exit_code, words in checked.output) == (1, True)


def test_a_link_that_was_refused_is_not_refused_anew_by_every_build(workspace, tmp_path, monkeypatch):
    workspace.landing.mkdir()
    link_out(workspace.landing, monkeypatch)
    counts = []
    for _ in range(2):
        receive(landing_files(workspace.landing), workspace, load_catalogue())
        counts.append(Ledger(workspace.ledger).deliveries().filter(verdict="refused").height)
    assert counts == [1, 1]


# ------------------------------------------------------------------------------------- text that is data and no command


def hostile(folder: Path, text: str, name: str = "x.csv") -> Path:
    """The sound file with a hostile column name, a hostile area name and a hostile cell."""
    header, first, *rest = SOUND.read_text().splitlines()
    quoted = '"' + text.replace('"', '""') + '"'
    cells = first.split(",")
    named = [quoted if cell == "Quillmarsh" else cell for cell in cells]
    broken = [quoted if column == "NEET_percent" else cell
              for column, cell in zip(header.split(","), rest[0].split(","), strict=True)]  # fmt: skip
    lines = [f"{header},{quoted}", ",".join([*named, "1"]), ",".join([*broken, "2"]), f"{rest[1]},3"]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


TEXTS = {
    "markup": SCRIPT,
    "an attribute": "\" onmouseover='alert(1)' x=\"",
    "an escape sequence": "\x1b[2J\x1b]0;owned\x07\x9b31m",
    "text turned round": "‮3.0‬",
    "a query": "x'); drop table observations; --",
    "a template": "{{ env_var('HOME') }}{% do run_query('drop table x') %}",
    "a formula": "=cmd|'/C calc'!A0",
    "rich markup": "[/red][link=http://localhost]x[/link]",
    "a format": "{} {0} %s %(x)s",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_text_is_data_whatever_it_says(kind, workspace, tmp_path):
    path = hostile(tmp_path, TEXTS[kind])
    (outcome,) = receive([path], workspace, load_catalogue())
    assert outcome.verdict == "accepted_in_part"
    rules = set(outcome.findings["rule"])
    assert {"column_undeclared", "area_name_mismatch"} <= rules
    assert {"number_not_numeric", "marker_undeclared"} & rules
    assert all(sentence.isprintable() for sentence in outcome.problems)
    assert TEXTS[kind] in outcome.set_aside["value"].to_list(), "what is recorded is what was sent"
    page = tmp_path / "page.html"
    arguments = ["check", str(path), "--warehouse", str(workspace.warehouse), "--all", "--html", str(page)]
    result = CliRunner().invoke(dovetail, arguments)
    assert result.exit_code == 1, result.exception
    assert all(line.isprintable() for line in result.output.splitlines())
    text = page.read_text(encoding="utf-8")
    assert SCRIPT not in text
    assert "<script" not in text
    assert " onmouseover='" not in text
    told = json.loads(CliRunner().invoke(dovetail, [*arguments[:4], "--json", "--all"]).output)
    found = [f["value"] for g in told["files"][0]["datasets"][0]["groups"] for f in g["findings"]]
    assert TEXTS[kind] in found


def test_a_formula_is_never_worked_out_and_what_a_workbook_links_to_is_not_fetched(workspace, tmp_path):
    header, *rows = [line.split(",") for line in SOUND.read_text().splitlines()]
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate([header, *rows]):
            sheet.write_row(at, 0, row)
        column = header.index("NEET_percent")
        sheet.write_formula(1, column, "=1+1", None, 3.0)
        sheet.write_formula(3, column, "='http://localhost:9/[other.xlsx]S'!A1", None, 3.0)
    (outcome,) = receive([path], workspace, load_catalogue())
    assert outcome.verdict == "accepted", outcome.problems
    landed = pl.read_parquet(workspace.landed / "observations" / "dfe__participation_16_to_17" / "D*.parquet")
    values = landed.filter(indicator_id="neet_16_to_17_percent").sort("row")["value"].to_list()
    assert values == [3, 0, 3], "the value last worked out stands in the file, and is what is read"
