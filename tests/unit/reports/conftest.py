"""The two small releases, rendered once, with a stand-in for GOV.UK Frontend so that no npm is needed here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from reports.site import RenderedSite
from tests.unit.reports import fake_release
from tests.unit.reports.rendering import render

STYLESHEET = (
    '@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2) format("woff2")}'
    ".govuk-body{font-family:GDS Transport,arial,sans-serif;color:#0b0c0c}"
    ".govuk-footer__copyright-logo{color:red;background-image:url(/assets/images/govuk-crest.svg);padding:1px}"
    '@media print{[href^="/"].govuk-link:after,[href^="https://"].govuk-link:after{content:attr(href)}}'
)

KEPT = ("s_000", "s_001", "s_002", "s_003", "s_004", "s_005", "FE0000001", "FICT00ENG")


@dataclass(frozen=True)
class Site:
    """A rendered site: its folder, what render returned, its pages as text (of many pages alike, those of KEPT)."""

    folder: Path
    rendered: RenderedSite
    pages: dict[str, str]


@pytest.fixture(scope="session")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("govuk")
    (folder / "govuk-frontend.min.css").write_text(STYLESHEET, encoding="utf-8")
    return folder


def _site(release: Path, into: Path, assets: Path) -> Site:
    rendered = render(release, into, assets=assets)
    kept = [path for path in rendered.pages if not path.startswith(("services/", "numbers/")) or _is_kept(path)]
    return Site(into, rendered, {path: (into / path).read_text(encoding="utf-8") for path in kept})


def _is_kept(path: str) -> bool:
    """Of the hundreds of pages of services and numbers, which are alike, enough to see each kind of thing once."""
    return path.rpartition("/")[2].removesuffix(".html") in KEPT


@pytest.fixture(scope="session")
def fictional_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fake_release.fictional(tmp_path_factory.mktemp("fictional") / "2026.2")


@pytest.fixture
def altered_release(fictional_release: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of the fictional release on which these statements were run."""

    def alter(*statements: str) -> Path:
        release = shutil.copytree(fictional_release, tmp_path / fictional_release.name)
        with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)
        return release

    return alter


@pytest.fixture(scope="session")
def real_like_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fake_release.real_like(tmp_path_factory.mktemp("real_like") / "2026.1")


@pytest.fixture(scope="session")
def fictional_site(fictional_release: Path, assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _site(fictional_release, tmp_path_factory.mktemp("sites") / "fictional", assets)


@pytest.fixture(scope="session")
def real_like_site(real_like_release: Path, assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    return _site(real_like_release, tmp_path_factory.mktemp("sites") / "real_like", assets)


@pytest.fixture(scope="session", params=["fictional_site", "real_like_site"])
def site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(request.param)
