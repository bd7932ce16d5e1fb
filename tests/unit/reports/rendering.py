"""Renders for the tests, with one folder of kept charts for all of them: what they look at is pages, not drawing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from reports import site
from reports.site import RenderedSite

CHARTS = Path(tempfile.gettempdir()) / "dovetail-charts-of-tests"


def render(release: Path, into: Path, *, assets: Path | None = None) -> RenderedSite:
    """A render whose charts are drawn once for all tests: a chart is kept by its content."""
    return site.render(release, into, assets=assets, charts=CHARTS)
