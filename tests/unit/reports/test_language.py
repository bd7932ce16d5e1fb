"""Every string of ours in a template passes through a catalogue, and a render speaks one language throughout."""

from __future__ import annotations

import gettext
import re
from datetime import date

import jinja2
import pytest
from jinja2 import nodes

from reports import language
from reports.components import environment
from reports.periods import day, span

TEMPLATES = sorted(environment().list_templates(filter_func=lambda name: name.endswith(".html")))
# What is the same in every language: names of the program, signs, markup that is not words.
SAME = ("Dovetail", "dovetail", "DOCTYPE", "html", "releases diff", "EARLIER LATER --page", "diff.json", "--json")
_CALLS = {"_", "gettext", "ngettext", "npgettext", "pgettext"}
_HOLE = "\x00"  # where an expression or a message stands
_SPOKEN = re.compile(r'(?:aria-label|title|alt|placeholder|data-filter|data-search)="([^"]*)"')


def _untranslated(source: str) -> list[str]:
    """Words that a reader would see as they stand in the template: text, attributes read out, strings in calls."""
    found: list[str] = []
    data: list[str] = []

    def visit(node: nodes.Node) -> None:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in _CALLS:
            return
        if isinstance(node, nodes.TemplateData):
            data.append(node.data)
        if isinstance(node, nodes.Const) and isinstance(node.value, str) and re.search(r"[A-Za-z] [a-z]", node.value):
            found.append(node.value)
        for child in node.iter_child_nodes():
            visit(child)

    visit(environment().parse(source))
    # Put together again, because a tag may hold an expression or a condition.
    markup = _HOLE.join(data)
    texts = [piece for text in re.split(r"<[^>]*>", markup) for piece in text.split(_HOLE)]
    spoken = [piece for value in _SPOKEN.findall(markup) for piece in value.split(_HOLE)]
    return found + [words.strip() for words in [*texts, *spoken] if _is_words(words)]


def _is_words(text: str) -> bool:
    for same in SAME:
        text = text.replace(same, "")
    return bool(re.search(r"[A-Za-z]{2}", re.sub(r"&#?\w+;", "", text)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_string_of_a_template_bypasses_the_catalogue(name):
    source, _path, _fresh = environment().loader.get_source(environment(), name)  # type: ignore[union-attr]

    assert _untranslated(source) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>Seen by all</p>",
        '<p aria-label="Read out">{{ x }}</p>',
        '{{ link("a.html", "Every kind, with an example") }}',
        "<p>{{ x }} values</p>",
    ],
)
def test_the_look_at_templates_sees_what_bypasses_it(source):
    assert _untranslated(source)


@pytest.mark.parametrize("source", ["<p>{% trans %}Seen by all{% endtrans %}</p>", '<p class="govuk body">{{ x }}</p>'])
def test_the_look_at_templates_lets_the_rest_pass(source):
    assert _untranslated(source) == []


class Upside(gettext.NullTranslations):
    """A language that cannot be taken for English."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


@pytest.fixture
def upside(monkeypatch):
    monkeypatch.setattr(language, "catalogue", lambda _language: Upside())


def test_a_render_speaks_the_language_it_was_asked_for_and_then_english_again(upside):
    template = environment().from_string(
        "{% trans n=2 %}one{% pluralize %}{{ n }} <b>more</b>{% endtrans %} {{ language() }}"
    )
    with language.speaking("cy"):
        assert template.render() == "⟦2 <b>more</b>⟧ cy"
        assert language._("x") == "⟦x⟧"
    assert template.render() == "2 <b>more</b> en"


def test_what_is_put_into_a_message_is_escaped(upside):
    with language.speaking("cy"):
        shown = environment().from_string("{% trans name=name %}of {{ name }}{% endtrans %}").render(name="<b>")
    assert shown == "⟦of &lt;b&gt;⟧"


def test_a_language_without_a_catalogue_is_refused_with_those_that_there_are():
    with pytest.raises(language.LanguageUnknown, match=r"not translated into 'tlh'.*en"), language.speaking("tlh"):
        pass


def test_a_half_takes_the_form_of_many():
    assert language.ngettext("one", "more", 1.0) == "one"
    assert language.ngettext("one", "more", 1.5) == "more"


def test_days_and_periods_have_the_months_of_the_language(upside):
    with language.speaking("xx"):
        assert day(date(2024, 5, 2)) == "2 ⟦May⟧ 2024"
        assert span(date(2024, 1, 1), date(2024, 3, 31)) == "⟦⟦January⟧ to ⟦March⟧ 2024⟧"
    assert day(date(2024, 5, 2)) == "2 May 2024"


def test_an_undefined_name_is_still_refused():
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{% trans %}{{ missing }}{% endtrans %}").render()
