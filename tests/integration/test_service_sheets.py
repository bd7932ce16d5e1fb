"""The services of the sample that have the most to tell are printed on two sheets of A4, like any other."""

import shutil

import pytest

from pipelines.releases.store import ReleaseStore
from reports import pdf
from reports.page import pdf_path, service_path
from reports.release import open_release

pytestmark = [pytest.mark.integration, pytest.mark.browser]


def test_a_service_with_every_indicator_is_printed_on_two_sheets(built, tmp_path):
    folder, _ = built
    current = ReleaseStore(folder / "warehouse").current()
    site = folder / "warehouse" / "reports" / current.release_id
    with open_release(current.path) as release:
        fullest = release.rows(
            "select area_code, count(distinct indicator_id) as n from observations"
            " where is_current and area_type = 'youth_justice_service' group by area_code order by n desc, 1 limit 2"
        )
        built_at = release.built_at
    wanted = {service_path(row["area_code"]): pdf_path(row["area_code"]) for row in fullest}
    # Of a copy: the site itself belongs to every test.
    shutil.copytree(site / "assets", tmp_path / "assets")
    (tmp_path / "services").mkdir()
    for page in wanted:
        shutil.copy(site / page, tmp_path / page)

    counted = pdf.write(tmp_path, wanted, built_at)

    assert counted == dict.fromkeys(wanted.values(), pdf.SHEETS)
