"""A check as one page to send back to whoever made the file: no script, nothing fetched, fit for screen and paper."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipelines.screening import words
from pipelines.screening.screened import Screened
from pipelines.screening.stamp import Stamp

if TYPE_CHECKING:
    import jinja2


def page(files: Sequence[Screened], stamp: Stamp) -> str:
    """The page of a check, as HTML. Every value of a file is escaped."""
    return _environment().get_template("check.html").render(files=files, stamp=stamp, words=words)


@cache
def _environment() -> jinja2.Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("pipelines.screening"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
