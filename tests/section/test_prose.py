"""Sentences: only what statistics give, nothing that a template should not reach, no stray spaces."""

import pytest
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from sqa_lib.section.prose import render
from tests.section.figures import count


def written(template: str, **names: object) -> str:
    return render(template, names).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("\n  Antalet   är\n  {{ n }}.\n", "Antalet är 355 ärenden."),
        ("Ett.\n\n\n  Två.\n \nTre.", "Ett.\n\nTvå.\n\nTre."),
        ("{% if n.value > 1 %}\nFler.\n{% endif %}\nSlut.", "Fler. Slut."),
        ("{% if n.value > 999 %}\nFler.\n{% endif %}\n", ""),
        ("{% set x = n %}\n{{ x }}", "355 ärenden"),
        ("- ett\n- två", "- ett\n- två"),
        ("::: {.note}\nText.\n:::", "::: {.note}\nText.\n:::"),
    ],
)
def test_spaces_and_paragraphs(template: str, text: str) -> None:
    assert written(template, n=count(355)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "ett ärende"),
        (3, "tre ärenden"),
        (12, "tolv ärenden"),
        (13, "13 ärenden"),
        (0, "inga ärenden"),
        ("..", "ett ej redovisat antal ärenden"),
    ],
)
def test_spelled_counts(value: float | str, text: str) -> None:
    assert written("{{ n | spelled }}", n=count(value)) == text


def test_filters_for_sentences() -> None:
    assert written("{{ n | spelled | cap }}.", n=count(3)) == "Tre ärenden."
    assert written("{{ names | listed }}", names=["a", "b"]) == "a och b"
    assert written("{{ word | lower_first }}", word="Oro") == "oro"
    assert written("{{ 7 | spelled_number }}") == "sju"


def test_school_forms_are_named_in_the_form_that_a_sentence_needs() -> None:
    template = "{{ form | form }}, {{ form | forms }}, {{ form | the_forms | cap }}"
    assert written(template, form="upper_secondary") == "gymnasieskolan, gymnasieskolor, Gymnasieskolorna"
    assert written(template, form="") == "skolan, skolor, Skolorna"


def test_an_unknown_name_is_an_error_and_never_an_empty_string() -> None:
    with pytest.raises(UndefinedError, match="'antal' is undefined"):
        written("{{ antal }}")
    with pytest.raises(UndefinedError, match="no attribute 'vaule'"):
        written("{{ n.vaule }}", n=count(3))


@pytest.mark.parametrize(
    "template",
    ["{{ n.__class__.__mro__ }}", "{{ ''.__class__.__subclasses__() }}", "{{ names.append('x') }}", "{{ written.__globals__ }}"],
)
def test_templates_run_in_a_sandbox(template: str) -> None:
    with pytest.raises(SecurityError):
        written(template, n=count(3), names=[], written=written)


def test_a_broken_template_is_an_error() -> None:
    with pytest.raises(TemplateSyntaxError):
        written("{% if %}")
