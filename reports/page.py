"""A page before it is rendered, and the facts that every page shares."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import Any

from reports.balance import Balance

# Lower and upper case of one code would be one file on some systems, so a code with upper case letters keeps its name
# only where it has the form of an area code.
_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,100}|[A-Z]{1,4}[0-9]{2}[A-Z0-9]{0,12}")
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Page:
    """A page of the site.

    Attributes:
        path: where it stands in the site, such as indicators/x.html.
        template: the template that renders it.
        title: its heading and, with the release, its title.
        section: the entry of the navigation it belongs to.
        balance: the balance of attribution it prints.
        context: what else the template needs.
        about_models: whether it speaks of structural models, where no judgement at all is allowed.
        has_charts: whether charts stand on it, which may still be being drawn.
        kind: what it is in the results of a search; empty when it is not searched for.
        keywords: other words under which it is looked for.
    """

    path: str
    template: str
    title: str
    section: str
    balance: list[Balance]
    context: dict[str, Any] = field(default_factory=dict)
    about_models: bool = False
    has_charts: bool = False
    kind: str = ""
    keywords: str = ""

    @property
    def root(self) -> str:
        """The way from this page to the root of the site."""
        return "../" * self.path.count("/")


def indicator_path(indicator_id: str) -> str:
    """Where an indicator's page stands."""
    return f"indicators/{file_name(indicator_id)}.html"


def comparison_path(indicator_id: str, typology_id: str) -> str:
    """Where the comparison of an indicator by a typology stands."""
    return f"models/{file_name(indicator_id)}--{file_name(typology_id)}.html"


def service_path(service_id: str) -> str:
    """Where the page of a service, or of an authority with numbers of its own, stands."""
    return f"services/{file_name(service_id)}.html"


def numbers_path(area_code: str, indicator_id: str = "", definition_version: str = "") -> str:
    """Where the numbers of a service or area are explained; the panel of one indicator when it is named."""
    anchor = f"#{panel(indicator_id, definition_version)}" if indicator_id else ""
    return f"numbers/{file_name(area_code)}.html{anchor}"


def panel(indicator_id: str, definition_version: str) -> str:
    """The anchor of an indicator's panel on a numbers page."""
    return f"{file_name(indicator_id)}--{file_name(definition_version)}"


def spreadsheet_path(of: str, kind: str) -> str:
    """Where the workbook of a service, or of the whole release (`release`), stands; kind is xlsx or ods."""
    return f"spreadsheets/{file_name(of)}.{kind}"


def pdf_path(service_id: str) -> str:
    """Where the two printed pages of a service stand."""
    return f"pdf/{file_name(service_id)}.pdf"


def structures_path(typology_id: str = "") -> str:
    """Where the register of structural models stands, or what it says in one typology."""
    return f"structures/{file_name(typology_id)}.html" if typology_id else "structures.html"


@cache
def file_name(code: str) -> str:
    """A code of the data as a name of a file: itself where every system takes it, else altered, and never ambiguous."""
    if _SAFE.fullmatch(code):
        return code
    return f"{_UNSAFE.sub('_', code)[:60]}-{sha256(code.encode()).hexdigest()[:8]}"
