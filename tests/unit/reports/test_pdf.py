"""The two sheets of a service: printed from its page by Chromium, tagged, and the same at every print."""

from datetime import datetime

import pytest

from reports import pdf

BUILT = datetime(2026, 11, 22, 9, 30)


def site_with(folder, **pages: str):
    """A site of pages that need no styles."""
    (folder / "services").mkdir()
    for name, body in pages.items():
        html = f'<!DOCTYPE html><html lang="en"><title>{name}</title><main><h1>{name}</h1>{body}</main></html>'
        (folder / "services" / f"{name}.html").write_text(html, encoding="utf-8")
    return {f"services/{name}.html": f"pdf/{name}.pdf" for name in pages}


def lines(how_many: int) -> str:
    return "".join(f"<p>Line {n} of Vellow</p>" for n in range(how_many))


@pytest.mark.browser
def test_a_long_page_is_set_smaller_until_it_is_two_sheets_and_one_too_long_is_told(tmp_path):
    wanted = site_with(tmp_path, short=lines(45), long=lines(75), endless=lines(400))

    counted = pdf.write(tmp_path, wanted, BUILT)

    assert counted["pdf/short.pdf"] == counted["pdf/long.pdf"] == 2
    assert counted["pdf/endless.pdf"] > 2, "nothing is cut off: a document that is too long says so by its number"
    for path, sheets in counted.items():
        assert pdf.sheets((tmp_path / path).read_bytes()) == sheets


@pytest.mark.browser
def test_a_document_is_tagged_dated_by_the_release_and_the_same_whatever_was_printed_before(tmp_path):
    wanted = site_with(tmp_path, first=lines(3), second=lines(5))
    pdf.write(tmp_path, wanted, BUILT)
    after_another = (tmp_path / "pdf/second.pdf").read_bytes()

    pdf.write(tmp_path, {"services/second.html": "pdf/second.pdf"}, BUILT)

    assert (tmp_path / "pdf/second.pdf").read_bytes() == after_another
    assert b"/CreationDate (D:20261122093000" in after_another
    assert b"/StructTreeRoot" in after_another
    assert b"/Lang (en" in after_another


@pytest.mark.browser
def test_a_document_names_no_folder_of_this_machine(tmp_path):
    wanted = site_with(
        tmp_path, page='<a href="../numbers/vellow.html">Every number</a> <a href="#end">End</a><p id="end">'
    )

    pdf.write(tmp_path, wanted, BUILT)

    document = (tmp_path / "pdf/page.pdf").read_bytes()
    assert b"file:" not in document
    assert tmp_path.name.encode() not in document


@pytest.mark.browser
def test_a_script_of_the_page_changes_nothing_on_paper(tmp_path):
    wanted = site_with(tmp_path, page=f"{lines(3)}<script>document.body.innerHTML += {lines(200)!r}</script>")

    assert pdf.write(tmp_path, wanted, BUILT) == {"pdf/page.pdf": 1}


def test_without_chromium_the_message_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "chromium", lambda: None)

    with pytest.raises(pdf.PrintingNotPossible, match="make system-deps"):
        pdf.write(tmp_path, site_with(tmp_path, page=""), BUILT)
