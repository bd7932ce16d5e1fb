"""The script of the pages: search, filters and chips, by keyboard; and what paper leaves out."""

from __future__ import annotations

import re

import pytest

pytestmark = pytest.mark.browser

SERVICE = "fictional/services/s_002.html"


def test_a_service_is_found_by_its_authority_with_the_keyboard_alone(sites, page):
    page.goto((sites / "fictional/numbers/s_001.html").as_uri())
    page.get_by_label("Search these pages").focus()
    page.keyboard.type("borough 154")

    assert page.get_by_role("status").first.text_content() == "1 of 1 pages that match"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/s_154.html")


def test_a_search_never_makes_markup_of_a_title(sites, page):
    page.goto((sites / "fictional/index.html").as_uri())
    page.get_by_label("Search these pages").fill("vellow")

    assert page.locator(".dv-results a").first.text_content() == "Vellow <script>alert(1)</script> & Co"
    assert page.locator(".dv-results script").count() == 0


def test_a_filter_hides_rows_and_says_how_many_are_left(sites, page):
    page.goto((sites / "fictional/services.html").as_uri())
    page.get_by_label("Find a service or an authority").fill("ashbury")
    region = page.locator("#filter-0 ~ .dv-count")

    assert region.text_content() == "1 of 156 shown"
    assert page.locator("tbody tr:visible").count() == 1
    page.get_by_label("Find a service or an authority").fill("")
    assert region.text_content() == ""
    assert page.locator("tbody tr:visible").count() == 156


def test_a_chip_chooses_and_lets_go_and_says_so(sites, page):
    items = "".join(f"<li>{'Refused' if place % 3 else 'Accepted'} {place}</li>" for place in range(9))
    page.set_content(
        f'<html lang="en" data-shown="{{shown}} of {{all}} shown"><ul data-filter="Find" data-chips="Accepted|Refused">'
        f"{items}</ul></html>"
    )
    page.add_script_tag(path=sites / "fictional/assets/dovetail.js")
    chip = page.get_by_role("button", name="Accepted")
    chip.focus()
    page.keyboard.press("Space")

    assert chip.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("status").text_content() == "3 of 9 shown"
    assert page.locator("li:visible").count() == 3
    page.keyboard.press("Space")
    assert chip.get_attribute("aria-pressed") == "false"
    assert page.locator("li:visible").count() == 9


def test_an_indicator_is_found_by_its_title(sites, page):
    page.goto((sites / "fictional/index.html").as_uri())
    page.get_by_label("Search these pages").fill("first-time entr")
    result = page.locator(".dv-results a").first

    assert "first-time entrants" in result.text_content().lower()
    result.click()
    assert "first-time" in page.locator("h1").inner_text().lower()


def test_a_service_prints_on_two_sheets_without_what_only_a_screen_can_use(sites, page):
    page.goto((sites / SERVICE).as_uri())
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    page.emulate_media(media="print")
    for hidden in (".dv-search", ".dv-filter", ".govuk-service-navigation"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.get_by_role("heading", name="Questions to take to the board").is_visible()
