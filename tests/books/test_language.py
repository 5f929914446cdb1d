"""The demo's books are written in good Swedish, whatever they say: nothing English, nothing raw, numbers and nouns agree."""

import re

import pytest

from sqa_lib.publish.project import SYNTHETIC_NOTICE
from tests.books.conftest import Rendered
from tests.reading import lines_of, page_of, words_of

FOREIGN = re.compile(
    r"\b(?:Tables?|Figures?|Chapters?|Sections?|Contents|Search|Next|Previous|Page|Note|Warning|Error|Traceback|Abstract|References|"
    r"January|February|March|June|July|October|nan|NaN|NaT|None|True|False|null|undefined|inf|DataFrame|dtype)\b|<NA>"
)
RAW = re.compile(
    r"[{}]|:::|\*\*|\[\[|\]\(|\s\.(?!\S)|\b[a-z]+_[a-z_]+\b|\b(?:boy|girl|school|municipality|preschool|compulsory|individual|granted)\b"
)
BROKEN = re.compile(
    r"\s[,;:!?]|,,|\.,|\.{4}|\(\s|\s\)"  # signs astray
    r"|[.!?]\s[a-zåäö]{3,}"  # a sentence without a capital
    r"|\b(\w{2,})\s\1\b(?!-)"  # a word twice
    r"|\b[A-ZÅÄÖ]{2,}s\b"  # an abbreviation's genitive without its colon
    r"|^Av dem (?!som)"  # a paragraph that refers back to one that isn't there
)
ONE_OF_MANY = re.compile(
    r"(?<!årskurs )(?<![\d,–—−-])\b(?:1|[Ee]tt?|[Ee]n)\s"
    r"(?:ärenden|elever|skolor|förskolor|grundskolor|ansökningar|grupper|avvikelser|anmälningar|slutsatser|synpunkter|rektorer|"
    r"dagar|områden|skolområden|språk\w*er|beslut\w+|läsåren|enheter|heltidstjänster|utredningar|bedömningar)\b"
)
MANY_OF_ONE = re.compile(
    r"(?<!årskurs )(?<![\d,:.–—−/-])\b(?:[2-9]|\d+\s?\d+|0|[Tt]vå|[Tt]re|[Ff]yra|[Ff]em|[Ss]ex|[Ss]ju|[Åå]tta|[Nn]io|[Tt]io)\s"
    r"(?:ärende|elev|skola|förskola|grundskola|ansökan|grupp|avvikelse|anmälan|slutsats|synpunkt|rektor|dag|enhet|utredning|bedömning|"
    r"heltidstjänst)\b"
)
YEARS = re.compile(r"\b(?:19|20)\d\d\b(?:[/–-]\d\d(?:\d\d)?\b)?")
LAW = re.compile(r"\b\d{4}:\d+\b")
WITHOUT_SPACE = re.compile(r"(?<![\w.,–-])\d{4,}(?!\w)")
DECIMAL_POINT = re.compile(r"^[+−-]?\d+\.\d+(?: %)?$")
DRAWN = re.compile(r"<!-- (.+?) -->", re.DOTALL)
MARKS = re.compile(r"(?<!\S)(?:\.{1,3}|…|~100|-)(?=\s|$)")
SENTENCE_ENDS = re.compile(r"(?<=[.!?])(?<!kap\.)\s+(?=\w)")


def flaws(pattern: re.Pattern, lines: list[str]) -> list[str]:
    return [line for line in lines if pattern.search(line)]


def prose(book: Rendered, *kinds: str) -> list[str]:
    """The text of the pages' elements of these kinds, without the tables' marks (`..`), which look like full stops."""
    found = [element for page in book.pages.values() for kind in kinds for element in page.xpath(f"//main//{kind}")]
    return [MARKS.sub("", words_of(element)) for element in found]


@pytest.fixture(scope="module", params=["HTML", "PDF"])
def lines(request: pytest.FixtureRequest, book: Rendered) -> list[str]:
    """What the book says, a block a line in HTML, a paragraph a line in the PDF."""
    if request.param == "HTML":
        return [line for page in book.pages.values() for line in lines_of(page)]
    paragraphs = re.sub("\u00ad\n|\u2010\n", "", book.pdf_text).split("\n\n")
    return [" ".join(paragraph.split()) for paragraph in paragraphs]


@pytest.mark.parametrize("text", ["Figure 2.1", "värdet nan", "Next", "None", "<NA>"])
def test_what_counts_as_foreign(text: str) -> None:
    assert flaws(FOREIGN, [text, "Figur 2.1, inga nanosekunder"]) == [text]


def test_no_foreign_word(lines: list[str]) -> None:
    assert flaws(FOREIGN, lines) == []


def test_no_markup_and_no_code_shows_through(book: Rendered) -> None:
    lines = [line for page in book.pages.values() for line in lines_of(page)]
    assert flaws(RAW, [MARKS.sub("", line) for line in lines]) == []


@pytest.mark.parametrize("text", ["1 ärenden", "ett ärenden", "2 ärende", "1\u202f104 elev", "fem ansökan"])
def test_what_counts_as_disagreement(text: str) -> None:
    right = ["1 ärende", "11 ärenden", "årskurs 1 elever", "ett ärende", "1,5 elever", "Tabell 3.2 Elev", "2020/21 elev"]
    assert [*flaws(ONE_OF_MANY, [text, *right]), *flaws(MANY_OF_ONE, [text, *right])] == [text]


def test_nouns_agree_with_their_numbers(lines: list[str]) -> None:
    assert flaws(ONE_OF_MANY, lines) + flaws(MANY_OF_ONE, lines) == []


def without_years(line: str) -> str:
    return YEARS.sub("", LAW.sub("", line))


@pytest.mark.parametrize(
    ("text", "is_wrong"), [("6745 elever", True), ("12345", True), ("6\u202f745", False), ("läsåret 2020/21, SOU 2021:11", False)]
)
def test_what_counts_as_a_number_without_space(text: str, is_wrong: bool) -> None:
    assert bool(WITHOUT_SPACE.search(without_years(text))) is is_wrong


def test_thousands_have_a_space_and_decimals_a_comma(book: Rendered) -> None:
    for name, page in book.pages.items():
        assert flaws(WITHOUT_SPACE, [without_years(line) for line in lines_of(page)]) == [], name
        assert flaws(DECIMAL_POINT, [words_of(cell) for cell in page.xpath("//main//td")]) == [], name


def starting(pattern: str, texts: list[str]) -> list[str]:
    """The sentences that begin so."""
    return [sentence for text in texts for sentence in SENTENCE_ENDS.split(text.strip()) if re.match(pattern, sentence)]


def test_what_counts_as_a_sentence_that_begins_with_a_digit() -> None:
    right = "Skollagen 3 kap. 12 a § gäller i årskurs 4. Den är ny."
    assert starting(r"\d", [right, "38 elever svarade.", "Antalet ökade. 15 elever slutade."]) == [
        "38 elever svarade.",
        "15 elever slutade.",
    ]


def test_no_sentence_begins_with_a_digit_and_every_paragraph_with_a_capital(book: Rendered) -> None:
    """In all running text; cells, cards and captions are none."""
    assert starting(r"\d", prose(book, "p", "li[not(contains(@class, 'key-figure'))]")) == []
    assert starting(r"[a-zåäö]", prose(book, "p")) == []


def test_prose_is_tidy(book: Rendered) -> None:
    assert flaws(BROKEN, [text.replace("kap.,", "kap,") for text in prose(book, "p", "li", "figcaption")]) == []


def test_charts_speak_swedish_too(book: Rendered) -> None:
    """matplotlib writes each text that it draws as outlines beside them, as a comment."""
    charts = [path.read_text(encoding="utf-8") for path in (book.folder / "media").glob("*.svg")]
    texts = [" ".join(text.split()) for chart in charts for text in DRAWN.findall(chart)]
    assert len(texts) > len(charts) > 0
    assert flaws(FOREIGN, texts) + flaws(RAW, texts) == []
    assert flaws(DECIMAL_POINT, texts) + flaws(WITHOUT_SPACE, [without_years(text) for text in texts]) == []


def test_a_section_opens_with_its_answer(book: Rendered) -> None:
    opened = {
        name: [element.get("class") for element in page.xpath("//main/*")[:2] if element.tag != "h1"]
        for name, page in book.pages.items()
    }
    assert {name: classes for name, classes in opened.items() if classes != ["lead"]} == {}


def test_the_synthetic_notice_is_on_every_page(book: Rendered) -> None:
    for page in [*book.pages.values(), page_of(book.output / "index.html")]:
        assert [words_of(notice) for notice in page.xpath("//aside/p[@class='synthetic']")] == [SYNTHETIC_NOTICE]
    pages = book.pdf_text.rstrip("\f").split("\f")
    assert len(pages) == book.pdf_pages
    assert [number for number, page in enumerate(pages, start=1) if "Påhittade uppgifter" not in page] == []
