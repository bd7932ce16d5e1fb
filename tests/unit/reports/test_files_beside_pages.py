"""Workbooks and sheets of paper are part of the site when they are wanted: made, listed, and never the only way."""

import pytest

from reports import pdf
from reports.page import pdf_path, spreadsheet_path
from reports.site import render
from reports.spreadsheets import service_book


def test_workbooks_and_sheets_are_listed_with_whose_they_are(real_like_release, tmp_path, assets, monkeypatch):
    printed: list[str] = []

    def prints(site, wanted, built_at):
        for page, path in wanted.items():
            assert (site / page).is_file(), "a page is printed when it is there"
            assert (site / "assets" / "dovetail.css").is_file(), "and its styles are"
            printed.append(path)
            (site / path).parent.mkdir(exist_ok=True)
            (site / path).write_bytes(b"%PDF")
        return dict.fromkeys(wanted.values(), 2)

    monkeypatch.setattr(pdf, "write", prints)
    monkeypatch.setattr(service_book, "ids", lambda release: [row["service_id"] for row in release.rows(
        "select service_id from services order by service_id limit 1")])  # fmt: skip
    site = tmp_path / "site"
    render(real_like_release, site, assets=assets, spreadsheets=True, pdf=True)

    files = sorted(file.relative_to(site).as_posix() for file in (site / "spreadsheets").iterdir())
    (service,) = {file.partition("/")[2].partition(".")[0] for file in files} - {"release"}
    assert files == sorted(spreadsheet_path(of, kind) for of in ("release", service) for kind in ("ods", "xlsx"))
    assert pdf_path(service) in printed
    listed = (site / "downloads.html").read_text(encoding="utf-8")
    for path in (*files, pdf_path(service)):
        assert f'href="{path}"' in listed


def test_without_chromium_no_site_with_sheets_appears(real_like_release, tmp_path, assets, monkeypatch):
    monkeypatch.setattr(pdf, "chromium", lambda: None)

    with pytest.raises(pdf.PrintingNotPossible):
        render(real_like_release, tmp_path / "site", assets=assets, pdf=True)
    assert not list(tmp_path.glob("**/index.html"))
