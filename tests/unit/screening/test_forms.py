"""One check in its forms: grouped by stage and rule, as text, as JSON with stable keys, as a page safe to send."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from pipelines.screening import words
from pipelines.screening.json_form import as_json
from pipelines.screening.page import page
from pipelines.screening.screened import SEVERITIES, grouped, screened
from pipelines.screening.stamp import Stamp
from pipelines.screening.text import lines, summary
from sources.catalogue import load_catalogue
from sources.models.vocabulary import STAGES
from tests.unit.screening.outcomes import accepted, in_part, refused

STAMP = Stamp(datetime(2026, 11, 22, 6, 30, tzinfo=UTC), "9.9.9")


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "neet <2022>.csv"
    file.write_bytes(b"abc")
    return file


def screen(path, *outcomes, examples=5):
    return screened(path, outcomes, load_catalogue(), examples)


def test_rules_come_in_the_order_of_the_stages_and_are_counted(path):
    (part,) = screen(path, in_part(path)).parts
    assert [(g.stage, g.severity, g.rule, g.count, g.cells, g.examples.height, g.more) for g in part.groups] == [
        ("geography", "error", "area_unknown", 1, 6, 1, 0),
        ("indicators", "error", "number_not_numeric", 8, 8, 5, 3),
        ("indicators", "warning", "value_jumped", 1, 0, 1, 0),
    ]
    assert part.groups[1].examples["row"].to_list() == [2, 3, 4, 5, 6]


def test_all_findings_are_kept_when_asked_for(path):
    (part,) = screen(path, in_part(path), examples=None).parts
    assert [g.more for g in part.groups] == [0, 0, 0]


def test_the_gravest_rule_of_a_stage_comes_first(path):
    outcome = in_part(path)
    turned = grouped(outcome.findings.reverse(), load_catalogue())
    assert [g.rule for g in turned] == [g.rule for g in grouped(outcome.findings, load_catalogue())]


def test_a_warning_alone_leaves_a_file_whole(path):
    assert screen(path, accepted(path)).is_whole
    assert not screen(path, in_part(path)).is_whole
    assert not screen(path, refused(path)).is_whole
    assert not screen(path, accepted(path), refused(path)).is_whole
    assert screen(path, accepted(path), in_part(path)).verdict == "accepted_in_part"


def test_the_bytes_are_told(path):
    file = screen(path, accepted(path))
    assert (file.size, file.sha256) == (3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")


def test_text_says_where_what_and_how_to_mend_it(path):
    told = "\n".join(lines(screen(path, in_part(path))))
    assert told.startswith("neet <2022>.csv: accepted in part as dfe__participation_16_to_17 (Participation")
    assert "100 cells = 80 would land + 14 set aside + 6 out of scope (80 numbers)" in told
    assert "[set aside] Text in a number column: 8 times, 8 cells (number_not_numeric)" in told
    assert "sheet Data, row 2, column NEET_percent: found '<b>th&ree</b>'" in told
    assert "and 3 more: --all shows them" in told
    assert "To mend it: correct the cell at source" in told
    assert told.index("Places") < told.index("Values")


def test_several_files_have_a_line_each_and_a_total(path):
    files = [screen(path, in_part(path)), screen(path, refused(path)), screen(path, accepted(path))]
    told = list(summary(files))
    assert told[0] == "accepted in part  neet <2022>.csv: 80 numbers would land, 9 problems, 1 warning, 0 notes"
    assert told[-1] == "3 files: 1 accepted, 1 accepted in part, 1 refused"


def test_json_has_the_keys_that_the_guide_promises(path):
    told = as_json([screen(path, in_part(path), refused(path))], STAMP)
    assert json.loads(json.dumps(told)) == told
    (file,) = told["files"]
    known, unknown = file["datasets"]
    assert list(told) == ["form", "program_version", "checked_at", "registers_missing", "is_whole", "files"]
    assert list(file) == ["path", "name", "size_bytes", "sha256", "verdict", "datasets"]
    assert list(known) == [
        "source_id", "title", "verdict", "rows_landed", "cells_in", "cells_landed", "cells_quarantined",
        "cells_out_of_scope", "notes", "groups",
    ]  # fmt: skip
    assert list(known["groups"][0]) == [
        "stage", "severity", "rule", "title", "remedy", "count", "cells", "findings",
    ]  # fmt: skip
    assert known["groups"][0]["findings"] == [
        {"sheet": "Data", "row": 5, "column": None, "value": "FE0000099",
         "reason": "no register knows the area code FE0000099"},
    ]  # fmt: skip
    assert unknown["source_id"] is None
    assert (told["is_whole"], told["checked_at"], file["verdict"]) == (False, "2026-11-22T06:30:00+00:00", "refused")


class _Page(HTMLParser):
    """What a page is made of: tags, ids, links, text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.ids, self.links, self.text, self.headings = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if re.fullmatch(r"h\d", tag):
            self.headings.append(int(tag[1]))

    def handle_data(self, data):
        self.text.append(data)


@pytest.fixture
def both(path):
    return page([screen(path, in_part(path)), screen(path, refused(path))], STAMP)


def test_the_page_stands_alone_and_runs_nothing(both):
    read = _Page(both)
    assert {tag for tag, _ in read.tags}.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
    assert all(link.startswith("#") and link[1:] in read.ids for link in read.links)
    assert not re.search(r"url\(|@import|https?:|\son\w+=", both)


def test_what_a_file_says_is_text_on_the_page_and_never_markup(both):
    assert "&lt;b&gt;th&amp;ree&lt;/b&gt;" in both
    assert "<b>" not in both
    assert "neet &lt;2022&gt;.csv" in both


def test_the_page_can_be_read_without_seeing_it(both):
    read = _Page(both)
    assert ("html", {"lang": "en-GB"}) in read.tags
    assert len(read.ids) == len(set(read.ids))
    assert read.headings[0] == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))
    tables = [tag for tag, _ in read.tags if tag == "table"]
    assert len(tables) == len([tag for tag, _ in read.tags if tag == "caption"]) == 5
    assert all("scope" in given for tag, given in read.tags if tag == "th")
    assert "Skip to main content" in read.text


def test_the_page_says_what_was_checked_when_and_by_what(both, path):
    text = " ".join(" ".join(_Page(both).text).split())
    assert "22 November 2026, 06:30 UTC, by Dovetail 9.9.9" in text
    assert "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" in text
    assert "3 bytes" in text
    assert "The first 5 of 8" in text
    assert "To mend it: correct the cell at source" in text
    assert "Not everything could be checked" not in text
    caveat = page([screen(path, accepted(path))], replace(STAMP, registers_missing=("authorities",)))
    assert "No register of authorities is loaded" in caveat


def test_every_stage_and_severity_has_its_words():
    assert tuple(words.STAGES) == STAGES
    assert tuple(words.SEVERITIES) == SEVERITIES
    assert {rule.severity for rule in load_catalogue().rules.values()} <= set(SEVERITIES)


@pytest.mark.parametrize(("size", "text"), [(1, "1 byte"), (999, "999 bytes"), (38_704, "38.7 kB"), (1.6e6, "1.6 MB")])
def test_sizes_are_told_as_file_managers_do(size, text):
    assert words.size(int(size)) == text
