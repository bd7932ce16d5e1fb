"""Pages of one kind, rendered without the rest of a site."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.charts.drawing import Drawings
from reports.components import environment
from reports.contents import Contents
from reports.page import Page
from reports.release import open_release
from tests.unit.reports.rendering import CHARTS


class Tables(dict):
    """What pages add to stand beside them; none of it is written."""

    add = dict.__setitem__


@contextmanager
def contents(release: Path) -> Iterator[Contents]:
    """What pages are made from; charts are kept, so that each is drawn once."""
    with open_release(release) as opened, Drawings(CHARTS) as drawings:
        yield Contents(opened, drawings)


def text(page: Page, of: Contents) -> str:
    """The page as HTML."""
    template = environment().get_template(page.template)
    return template.render(page=page, release=of.release, built_on="", **page.context)


def texts(release: Path, pages: Callable[[Contents], Iterable[Page]]) -> dict[str, str]:
    """The pages of one kind as HTML, by path."""
    with contents(release) as of:
        return {page.path: text(page, of) for page in pages(of)}
