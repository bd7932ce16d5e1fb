"""A page before it is rendered, and the facts that every page shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from reports.balance import Balance


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
    """

    path: str
    template: str
    title: str
    section: str
    balance: list[Balance]
    context: dict[str, Any] = field(default_factory=dict)
    about_models: bool = False

    @property
    def root(self) -> str:
        """The way from this page to the root of the site."""
        return "../" * self.path.count("/")


def indicator_path(indicator_id: str) -> str:
    """Where an indicator's page stands."""
    return f"indicators/{indicator_id}.html"


def comparison_path(indicator_id: str, typology_id: str) -> str:
    """Where the comparison of an indicator by a typology stands."""
    return f"models/{indicator_id}--{typology_id}.html"
