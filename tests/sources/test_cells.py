"""What cells say: Swedish numbers, dates, codes."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.sources import cells
from sqa_lib.sources.cells import Unreadable, allowed, reader_of, without_value
from sqa_lib.sources.datasets import DATASETS

COLUMNS = [column for dataset in DATASETS.values() for column in dataset.columns]


@pytest.mark.parametrize("space", ["", " ", "\u00a0", "\u2009", "\u202f"], ids=["none", "plain", "no-break", "thin", "narrow"])
@given(value=st.integers(-(10**12), 10**12))
def test_whole_numbers_read_back_with_any_thousands_space(space, value):
    assert cells.integer(f"{value:,}".replace(",", space)) == value


@given(value=st.decimals(-1_000_000, 1_000_000, places=3))
def test_decimal_comma_reads_back(value):
    assert cells.number(f"{value:,f}".replace(",", " ").replace(".", ",")) == float(value)


@pytest.mark.parametrize("text", ["1.5", "1,2,3", "12 34", "1 2345", "1e3", "2,", ",5", "1/2", "x", "٣", "9" * 20])
def test_what_is_not_a_number(text):
    with pytest.raises(Unreadable, match="is not a number with decimal comma"):
        cells.number(text)


@pytest.mark.parametrize("text", ["1,5", "1.0", "tolv"])
def test_what_is_not_a_whole_number(text):
    with pytest.raises(Unreadable, match="is not a whole number"):
        cells.integer(text)


def test_a_minus_sign_is_a_minus():
    assert cells.integer("\u22125") == -5


@given(day=st.dates())
def test_dates_read_back(day):
    assert cells.date(day.isoformat()) == day == cells.date(f"{day.isoformat()} 00:00:00")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("14/9 2020", "is not a date"), ("20200914", "is not a date"), ("2020-9-14", "is not a date"),
        ("2020-09-14 12:00", "is not a date"), ("2021-02-29", "is not a day of the calendar"),
    ],
)  # fmt: skip
def test_what_is_not_a_date(text, problem):
    with pytest.raises(Unreadable, match=problem):
        cells.date(text)


@pytest.mark.parametrize("text", ["Flicka", "flicka", " FLICKA ", "Fli\u0063ka"])
def test_code_words_are_matched_without_regard_to_case_and_spaces(text):
    assert cells.code_reader("gender")(text) == "girl"


def test_code_words_are_matched_with_any_dash_and_any_unicode_form():
    assert cells.code_reader("activity")("30-59 minuter") == "30_59"
    assert cells.code_reader("year")("F") == "F"
    assert cells.code_reader("school_form")("Fo\u0308rskola") == "preschool"


@pytest.mark.parametrize("name", sorted({column.dimension for column in COLUMNS if column.dimension}))
def test_every_word_that_a_file_may_hold_is_read(name):
    read = cells.code_reader(name)
    assert [read(code.source) for code in DIMENSIONS[name].codes] == DIMENSIONS[name].names


def test_several_codes_in_a_cell():
    assert cells.codes_reader("profession")("Psykolog|logoped | Psykolog") == ("psychologist", "speech_therapist")


@given(text=st.text(min_size=1))
def test_a_reader_either_reads_or_says_why_not(text):
    for column in COLUMNS:
        try:
            reader_of(column)(text)
        except Unreadable as error:
            assert str(error).startswith("is ")


@pytest.mark.parametrize(
    ("dataset", "column", "expected"),
    [
        ("enrolment", "pupils", "a number from 0, such as 1 234, or a mark: . .. ... - ~100"),
        ("deviations", "calendar_year", "a number from 2000 to 2100, such as 1 234, or a mark: . .. ... - ~100"),
        ("health_staff", "posts", "a number from 0, such as 1 234,5, or a mark: . .. ... - ~100"),
        ("newly_arrived", "welcome_talk", "a date such as 2020-09-14"),
        ("enrolment", "gender", "one of: Flicka, Pojke"),
        (
            "health_cases",
            "professions",
            "one or more, parted by |: Psykolog, Specialpedagog, Logoped, Kurator, Skolsköterska, Skolläkare, "
            "Socialpedagog, Studie- och yrkesvägledare, Skolsociolog",
        ),
        ("newly_arrived", "mapping_1", "one of: Ja, Nej"),
        ("enrolment", "school_year", "a school year such as 2020/21"),
        (
            "plan_reviews",
            "reviewer",
            "a role and a number, never a name: granskare 1, samordnare 1, utvecklingsledare 1",
        ),
        ("school_units", "unit", "a code of eight digits"),
        ("school_units", "unit_name", "a text: namn i rapporten"),
    ],
)
def test_what_is_allowed_is_said(dataset, column, expected):
    assert allowed(DATASETS[dataset].column(column)) == expected


def test_long_lists_of_words_are_cut():
    assert allowed(DATASETS["mother_tongue"].column("language")).endswith("Thailändska, Kinesiska … (30 in all: data/README.md)")


def test_dates_are_dates():
    assert cells.date("2020-09-14") == datetime.date(2020, 9, 14)


@pytest.mark.parametrize("name", ["Luleå", "Åsele", "Örebro", "Älvsbyn", "Gävle – Östra", "Ängö §5", "Ärna°"])
def test_a_name_that_was_read_in_another_encoding_is_told_with_the_right_one(name: str) -> None:
    """As editors and databases do it: bytes in UTF-8 taken for Windows-1252."""
    assert without_value(name) == ""
    wrong = name.encode().decode("cp1252")
    assert (
        without_value(wrong)
        == f"was saved in one encoding and read in another; did you mean {name}? Export the file again, in UTF-8"
    )


@pytest.mark.parametrize("text", ["Norrskol\ufffdn", "Norr\x07", "Norr\x00skolan", "Norr\x85"])
def test_a_letter_that_was_lost_is_told(text: str) -> None:
    assert without_value(text).startswith("has lost a letter")


@given(st.text(st.sampled_from("ABCÅÄÖåäöéüÉÜøæ§°-–—’”… 123"), max_size=12))
def test_a_name_that_people_write_is_never_taken_for_another(name: str) -> None:
    assert without_value(name) == ""
