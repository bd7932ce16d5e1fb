"""The template engine: GOV.UK components for our own templates, which refuse a name that was never given.

The components probe for parameters that may be absent; our templates must not. So each has an environment of its own,
and ours calls a component as `component('tag', {...})`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from reports import language
from reports.numbers import count, number, sentence_case, several, share
from reports.periods import day, moment, span
from reports.tables import link, tag
from reports.vocabulary import label


@cache
def _govuk() -> jinja2.Environment:
    loader = jinja2.PrefixLoader({"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")})
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


@cache
def _macro(name: str) -> Callable[[Mapping[str, Any]], Markup]:
    template = _govuk().get_template(f"govuk_frontend_jinja/components/{name}/macro.html")
    words = "".join(part.capitalize() for part in name.split("-"))
    return getattr(template.module, f"govuk{words}")


def component(name: str, parameters: Mapping[str, Any]) -> Markup:
    """A GOV.UK component by its name in the design system, such as inset-text."""
    return Markup(_macro(name)(parameters).strip())


@cache
def environment() -> jinja2.Environment:
    """The environment of our own templates."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("reports"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    # Newstyle: a message is markup of ours, what is put into it is escaped. The language is that of the render.
    made.install_gettext_callables(language._, language.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(
        component=component, link=link, tag=tag, label=label, language=language.code, several=several, share=share
    )
    made.filters.update(count=count, number=number, day=day, moment=moment, span=span, sentence_case=sentence_case)
    return made
