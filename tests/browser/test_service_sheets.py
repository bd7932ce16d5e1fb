"""A service's page on paper: two sheets of A4 with the real styles, whatever the service."""

import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from reports import pdf
from reports.page import pdf_path, service_path
from reports.release import open_release

pytestmark = pytest.mark.browser


def test_a_service_is_printed_on_two_sheets_at_most(sites, tmp_path):
    with open_release(sites.parent / "releases" / "fictional") as release:
        services = [row["service_id"] for row in release.rows("select distinct service_id from services order by 1")][
            :3
        ]
        built_at = release.built_at
    wanted = {service_path(one): pdf_path(one) for one in services}
    # Of a copy: the site itself belongs to every test.
    shutil.copytree(sites / "fictional" / "assets", tmp_path / "assets")
    (tmp_path / "services").mkdir()
    for page in wanted:
        shutil.copy(sites / "fictional" / page, tmp_path / page)

    # In a process of its own, because the browser of the other tests holds this one's only Playwright.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        counted = process.submit(pdf.write, tmp_path, wanted, built_at).result()

    assert set(counted) == set(wanted.values())
    assert {1 <= sheets <= pdf.SHEETS for sheets in counted.values()} == {True}, counted
