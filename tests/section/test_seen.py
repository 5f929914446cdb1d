"""A section lists the statistics that its reader sees: what is worded, not what is only asked."""

from sqa_lib.section.prose import render
from tests.section.units import SmallView, published, rows


def view() -> SmallView:
    return SmallView(published(rows("away", {"all": (70, 800), "s1": ".."}), rows("cases", {"all": (9.0, float("nan"))})))


def test_asking_whether_a_figure_is_known_or_large_is_not_seeing_it() -> None:
    section = view()
    text = render("{% set a = v('away') %}{% if a.is_known and a.value > 50 and a.low < 3 %}{{ a }}{% endif %}", {"v": section.v})
    assert (text, section.published.seen) == ("", set())


def test_a_figure_in_a_sentence_is_seen_also_by_its_number_alone_or_its_mark() -> None:
    for template in ("{{ v('away') }}", "{{ v('away').figure }}", "{{ v('away').with_sign }}", "{{ v('away', at='s1') }}"):
        section = view()
        assert render(template, {"v": section.v})
        assert section.published.seen == {"away"}, template


def test_a_count_in_words_is_seen() -> None:
    section = view()
    assert render("{{ v('cases') | spelled }}", {"v": section.v}) == "nio\u00a0ärenden"
    assert section.published.seen == {"cases"}


def test_figures_in_tables_are_seen() -> None:
    section = view()
    block = section.block("away", "units")
    assert section.published.seen == set()
    assert [block[row, "Andel"].figure for row in block.rows] == ["8,8"]
    assert section.published.seen == {"away"}


def test_a_seen_figure_says_what_the_figure_says() -> None:
    section = view()
    assert [str(section.v("away")), str(section.v("away", at="s1")), section.v("cases").figure] == [
        "8,8\u00a0procent", "en ej redovisad andel", "9",
    ]  # fmt: skip
