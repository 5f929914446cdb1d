"""References in a unit's own text: what they become, what is said of those that are wrong, and that they reach nothing else."""

import pytest

from sqa_lib.published import Published
from sqa_lib.texts.references import TextError, filled, mistakes_in
from sqa_lib.texts.vocabulary import Figures


@pytest.fixture
def written(published: Published):
    """The text of a unit in its book, no-break spaces as spaces."""

    def fill(text: str, unit: str = "n1") -> str:
        names = Figures(published, published.tree[unit], "2020/21").for_texts
        return filled(text, names, f"texts/{unit}/x.md").replace("\u00a0", " ")

    return fill


@pytest.fixture
def wrong(written):
    """What is said of a text that can't be used."""

    def message(text: str) -> str:
        with pytest.raises(TextError) as raised:
            written(text)
        return str(raised.value)

    return message


@pytest.mark.parametrize(
    ("unit", "text", "expected"),
    [
        ("n1", "Vi har {{ v('pupils') }}.", "Vi har 210 elever."),
        ("n1", "{{ v('pupils', gender='girl') | number }} är flickor.", "104 är flickor."),
        ("n1", "{{ last_year }} hade vi {{ v('pupils', school_year=last_year) }}.", "2019/20 hade vi 208 elever."),
        ("n1", "{{ unit }} är en av {{ above }}s skolor.", "Granskolan är en av Skolområde Norrs skolor."),
        ("n1", "I {{ v('pupils', at='all') | number }} ingår vi.", "I 6 745 ingår vi."),
        ("n1", "Antalet {{ change('pupils') }} sedan sist.", "Antalet visar ingen säker förändring sedan sist."),
        ("n1", "{{ v('arrived') | cap }} kom.", "Inga nyanlända elever kom."),
        ("all", "{{ v('projects') | spelled | cap }} deltar.", "Tre skolor deltar."),
        ("all", "Frånvaron var {{ v('absence') }}.", "Frånvaron var 7,2 procent."),
    ],
)  # fmt: skip
def test_a_reference_becomes_the_published_figure(unit: str, text: str, expected: str, written) -> None:
    assert written(text, unit) == expected


@pytest.mark.parametrize(
    ("unit", "text", "expected"),
    [
        ("n2", "Vi hade {{ v('cases') }}.", "Vi hade ett ej redovisat antal ärenden."),
        ("n2", "Av ärendena var {{ v('cases') | number }} nya.", "Av ärendena var ett ej redovisat antal nya."),
        ("n2", "{{ v('cases') | spelled | cap }} kom in.", "Ett ej redovisat antal ärenden kom in."),
        ("n2", "Det gäller {{ v('high_absence') }}.", "Det gäller en ej redovisad andel."),
        ("n2", "Frånvaron var {{ v('absence') }}.", "Frånvaron var ett ej redovisat värde."),
        ("s1", "Frånvaron var {{ v('absence') }}.", "Frånvaron var ett okänt värde."),
        ("n2", "Vi tog emot {{ v('arrived') }}.", "Vi tog emot ett okänt antal nyanlända elever."),
        ("n2", "Antalet {{ change('cases') }}.", "Antalet har inte kunnat jämföras."),
    ],
)
def test_what_is_withheld_or_missing_becomes_fitting_words(unit: str, text: str, expected: str, written) -> None:
    assert written(text, unit) == expected


@pytest.mark.parametrize(
    "text",
    ["", "Rad.\n\n## Rubrik {#sec-egen .klass}\n\n- ett\n- *två*\n", "En } och en { och {# här.", "  Indrag\n\n\n  kvar  \n"],
)
def test_all_else_stays_character_for_character(text: str, written) -> None:
    assert written(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Ett.\n\nVi hade {{ v('casses') }}.",
            "texts/n1/x.md, line 3: no statistic `casses`; did you mean `cases`?",
        ),
        ("{{ v('pupils', sex='girl') }}", "no dimension `sex`; there are: absence_kind, activity"),
        ("{{ v('pupils', gendr='girl') }}", "no dimension `gendr`; did you mean `gender`?"),
        ("{{ v('pupils', gender='flicka') }}", "`gender` has no code `flicka`; there are: girl, boy"),
        ("{{ v('pupils', year='4') }}", "`pupils` is not given by year; it is given by: gender, nothing"),
        ("{{ v('pupils', at='nort') }}", "no unit `nort`; did you mean `north`?"),
        ("{{ v('pupils', school_year='2020') }}", "no school year `2020`; write it as `2020/21`"),
        ("{{ v('pupils') | spelld }}", "no filter `spelld`; did you mean `spelled`?"),
        ("{{ change('pupils') | number }}", "the filter `number` must stand right after `v(…)`"),
        ("{{ years_ago }}", "no name `years_ago`; did you mean `years`"),
        ("{{ v(pupils) }}", "in `v(…)` stands one statistic, then what picks the figure, as texts in quotes"),
        ("{{ v() }}", "in `v(…)` stands one statistic"),
        ("{{ v('pupils', year=4) }}", "as texts in quotes; a text may hold {{ v('statistic'"),
        ("En.\n{{ v('pupils' }}", "line 2: the reference can't be read (unexpected '}', expected ')')"),
        ("{{", "line 1: the reference can't be read"),
    ],
)
def test_a_wrong_reference_is_told_of_with_line_and_nearest_names(text: str, message: str, wrong) -> None:
    assert message in wrong(text)
    assert "\n" not in wrong(text)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ v.__globals__ }}",
        "{{ v('pupils').statistic.compute }}",
        "{{ v('pupils')['statistic'] }}",
        "{{ v.__self__.published.table }}",
        "{{ (v('pupils') | string).format(v) }}",
        "{{ '%s' % v }}",
        "{{ v('pupils') | attr('statistic') }}",
        "{{ [v('pupils')] | map(attribute='statistic') | list }}",
        "{{ v(*['pupils']) }}",
        "{{ v('pupils', **{'at': 'all'}) }}",
        "{{ v('pup' ~ 'ils') }}",
        "{{ self }}",
        "{{ lipsum() }}",
        "{{ cycler.__init__ }}",
        "{{ range(10 ** 12) | list }}",
        "{{ 'x' * 10 ** 12 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ 'x' | center(10 ** 12) }}",
        "{% for i in range(10 ** 12) %}x{% endfor %}",
        "{% for i in cycler(1) %}{{ i }}{% endfor %}",
        "{% set x = v %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'params/small.yml' %}",
        "{% import 'os' as os %}",
        "{{ v('pupils') if true else 1 }}",
    ],
)
def test_a_text_reaches_nothing_but_published_figures(text: str, wrong) -> None:
    assert wrong(text).startswith("texts/n1/x.md, line 1: ")


def test_every_mistake_of_a_text_is_found_at_once(published: Published) -> None:
    text = "{{ v('casses') }}\n{{ v('pupils') }}\n\n{{ ''.x }} {{ v('pupils', at='x') }}"
    found = mistakes_in(text, Figures(published, published.tree["n1"], "2020/21").for_texts)
    assert [mistake.line for mistake in found] == [1, 4, 4]


def test_a_change_may_be_to_another_school_year_but_not_to_several(written, wrong) -> None:
    assert written("Det {{ change('absence', school_year='2020/21') }}.", "all") == written("Det {{ change('absence') }}.", "all")
    assert written("Det {{ change('absence', school_year='2019/20') }}.", "all") == "Det har inte kunnat jämföras."
    assert "a change is to one school year, such as `2020/21`" in wrong("{{ change('pupils', school_year='2018/19–2020/21') }}")
