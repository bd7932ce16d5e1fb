"""A Chromium with no way out, and the two small releases rendered with the real stylesheet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from reports.site import render
from tests.unit.findings import small_register
from tests.unit.reports import fake_release

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or "/usr/bin/chromium"
        opened = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page as wide as a desk's screen."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `fictional` and `real_like`, rendered with GOV.UK Frontend as `make setup` installs it."""
    base = tmp_path_factory.mktemp("browser")
    for name in ("fictional", "real_like"):
        release = getattr(fake_release, name)(base / "releases" / name)
        if name == "fictional":
            small_register.add_to(release / "dovetail.duckdb")
        render(release, base / "sites" / name)
    return base / "sites"
