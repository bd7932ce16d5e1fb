import pytest

from reports import stylesheet
from reports.site import render


def test_font_crest_and_addresses_are_left_out_and_the_rest_stays(assets, tmp_path):
    stylesheet.write(tmp_path, assets)
    css = (tmp_path / "govuk-frontend.css").read_text()

    assert "GDS Transport" not in css
    assert "url(" not in css
    assert "https:" not in css
    assert ".govuk-body{font-family:arial,sans-serif;color:#0b0c0c}" in css
    assert ".govuk-footer__copyright-logo{color:red;padding:1px}" in css
    assert css.count("{") == css.count("}")


def test_an_address_that_is_left_is_refused():
    with pytest.raises(stylesheet.StylesheetMissing, match="make setup"):
        stylesheet.without_licensed_parts("@import 'x.css';.a{color:red}")


@pytest.mark.parametrize("place", [".", "dist/govuk", "node_modules/govuk-frontend/dist/govuk"])
def test_the_stylesheet_is_found_in_its_package_or_beside_it(tmp_path, place):
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "govuk-frontend.min.css").write_text(".a{}")

    assert stylesheet.find(tmp_path).is_file()


def test_a_missing_stylesheet_names_the_command_that_brings_it_and_leaves_nothing(fictional_release, tmp_path):
    (tmp_path / "empty" / "nothing").mkdir(parents=True)
    with pytest.raises(stylesheet.StylesheetMissing, match="make setup"):
        render(fictional_release, tmp_path / "site", assets=tmp_path / "empty" / "nothing")
    assert not (tmp_path / "site").exists()
