"""What was done so that everybody can read the pages, what was checked, and what is known not to be good enough."""

from __future__ import annotations

from reports.balance import Balances
from reports.language import _
from reports.page import Page


def page(balances: Balances) -> Page:
    """The accessibility page."""
    return Page(
        path="accessibility.html",
        template="accessibility.html",
        title=_("Accessibility of these pages"),
        section="accessibility",
        balance=balances.of(),
    )
