"""Each kind of page in the ways that people look at it: dark, high contrast, without script, by keyboard."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_pages_in_chromium import AXE, FTE, KINDS, PAGES

pytestmark = pytest.mark.browser

CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
SOME = [
    "fictional/index.html",
    f"fictional/models/{FTE}--yjb_2024.html",
    "fictional/services/s_002.html",
    "fictional/numbers/s_000.html",
]
DARK = [
    *SOME,
    f"fictional/indicators/{FTE}.html",
    "fictional/structures/yjb_2024.html",
    "fictional/findings.html",
    "fictional/deliveries.html",
]
VISIBLE = """
    [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
        .filter(element => element.checkVisibility({contentVisibilityAuto: true, visibilityProperty: true}))
"""


def test_every_kind_of_page_is_looked_at(sites: Path) -> None:
    """A page of a new kind fails here until it stands among those that the browser opens."""

    def kind(path: str) -> str:
        folder, _, name = path.rpartition("/")
        return folder or name

    rendered = {path.relative_to(sites / "fictional").as_posix() for path in (sites / "fictional").rglob("*.html")}
    looked_at = {path.removeprefix("fictional/") for path in PAGES if path.startswith("fictional/")}
    assert looked_at <= rendered
    assert {kind(path) for path in rendered} == {kind(path) for path in looked_at}


@pytest.mark.parametrize("path", DARK)
def test_words_stand_out_on_a_dark_ground(sites: Path, page: Page, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto((sites / path).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    violations = Axe().run(page, options=CONTRAST).response["violations"]
    assert [(found["id"], [node["html"][:160] for node in found["nodes"][:3]]) for found in violations] == []
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert sum(int(part) for part in ground.strip("rgba() ").split(",")[:3]) < 200, ground


@pytest.mark.parametrize("path", SOME)
def test_high_contrast_breaks_no_rule_and_keeps_the_focus_in_sight(sites: Path, page: Page, path: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto((sites / path).as_uri())
    violations = Axe().run(page, options=AXE).response["violations"]
    assert [(found["id"], [node["html"][:160] for node in found["nodes"][:3]]) for found in violations] == []
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize("path", KINDS)
def test_all_words_are_there_without_script(sites: Path, browser: Browser, page: Page, path: str) -> None:
    page.goto((sites / path).as_uri())
    rows_with = page.locator("main tr").count()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto((sites / path).as_uri())
    assert bare.locator("main tr").count() == rows_with
    assert bare.locator("main tr[hidden]").count() == 0
    assert bare.locator("main h1").is_visible()
    assert bare.get_by_role("searchbox").count() == 0
    context.close()


@pytest.mark.parametrize("path", SOME)
def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(sites: Path, page: Page, path: str) -> None:
    page.goto((sites / path).as_uri())
    page.evaluate(f"window.stops = {VISIBLE}; window.stops.forEach((stop, at) => stop.dataset.stop = at)")
    number = min(page.evaluate("window.stops.length"), 60)
    seen = []
    for _ in range(number):
        page.keyboard.press("Tab")
        place, marked = page.evaluate("""
            (() => {
                const at = document.activeElement, style = getComputedStyle(at);
                const shown = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
                    || style.backgroundColor === 'rgb(255, 221, 0)';
                return [at.dataset.stop === undefined ? -1 : Number(at.dataset.stop), shown];
            })()
        """)
        assert marked, f"no sign of focus on {page.evaluate('document.activeElement.outerHTML')[:200]}"
        seen.append(place)
    assert seen == list(range(number))


def test_every_link_of_every_page_leads_to_something_that_is_there(sites: Path) -> None:
    """Pages, files and anchors, over the whole site and without a browser."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.links: set[str] = set()
            self.anchors: set[str] = set()

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            self.links |= {str(given[name]) for name in ("href", "src") if given.get(name)}
            if given.get("id"):
                self.anchors.add(str(given["id"]))

    for site in ("fictional", "real_like"):
        read = {}
        for file in (sites / site).rglob("*.html"):
            read[file] = Reader()
            read[file].feed(file.read_text(encoding="utf-8"))
        lost = set()
        for file, reader in read.items():
            for link in reader.links:
                parts = urlsplit(link)
                assert not parts.scheme, f"{file.name} leads outside: {link}"
                target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
                is_lost = not target.is_file()
                if parts.fragment and target in read:
                    is_lost |= unquote(parts.fragment) not in read[target].anchors
                if is_lost:
                    lost.add((file.relative_to(sites).as_posix(), link))
        assert sorted(lost)[:10] == []
