"""Development areas in a book: the printed template's table, last year's measures, and what was concluded."""

import datetime

import pytest

from sqa_lib.cycle.areas import Area
from sqa_lib.section.development import QUESTIONS, area_table, measures_table

MEASURE = {"what": "Vi ringer hem.", "responsible": "mentorn", "from": "2021-08-16", "until": "2022-06-10", "term": "long"}
BEFORE, AFTER = datetime.date(2022, 6, 10), datetime.date(2022, 6, 11)


def an_area(**parts: object) -> Area:
    return Area.model_validate({"name": "Närvaro", "school_year": "2020/21"} | parts)


def test_questions_stand_in_the_templates_order_and_unanswered_ones_are_left_out() -> None:
    table = area_table(an_area(research=["Forskning."], why=["Frånvaron ökar.", "Betygen sjunker."]), BEFORE, "Plan", "plan")
    assert table.index("Varför är området") < table.index("forskning och beprövad")
    assert [question for question in QUESTIONS.values() if question[:12] in table] == [QUESTIONS["why"], QUESTIONS["research"]]
    assert "- Frånvaron ökar." in table and "- Forskning." not in table
    assert table.endswith(": Plan {#tbl-plan}\n")


def test_effects_and_measures_are_parted_into_short_and_long_term() -> None:
    area = an_area(
        expected_effects={"long_term": ["Fler kommer."], "short_term": ["Vi vet mer."]},
        measures=[MEASURE, MEASURE | {"what": "Vi räknar.", "term": "short"}],
    )
    table = " ".join(area_table(area, BEFORE, "Plan", "plan").replace("|", " ").split())
    assert table.index("På kort sikt: Vi vet mer.") < table.index("På lång sikt: Fler kommer.")
    assert table.index("På kort sikt: Vi räknar (mentorn, ") < table.index(
        "På lång sikt: Vi ringer hem (mentorn, 16 augusti 2021"
    )


def test_follow_up_and_evaluation_answer_one_question() -> None:
    table = area_table(an_area(follow_up=["I februari."], evaluation=["I maj och juni."]), BEFORE, "Plan", "plan")
    assert table.index(QUESTIONS["follow_up"][:20]) < table.index("- I februari.") < table.index("- I maj och juni.")


def test_last_years_measures_tell_who_when_and_how_it_went() -> None:
    table = measures_table(an_area(measures=[MEASURE | {"status": "not_done"}, MEASURE]), BEFORE, "Insatser", "m")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:4]]
    assert rows == [
        ["Vi ringer hem", "Mentorn", "16 augusti 2021 – 10 juni 2022", "Inte genomförd"],
        ["Vi ringer hem", "Mentorn", "16 augusti 2021 – 10 juni 2022", "Planerad"],
    ]


@pytest.mark.parametrize(
    ("status", "today", "said"),
    [
        ("planned", BEFORE, "Planerad"),
        ("ongoing", BEFORE, "Pågår"),
        ("planned", AFTER, "Skulle vara klar 10 juni 2022; utfall saknas"),
        ("ongoing", AFTER, "Skulle vara klar 10 juni 2022; utfall saknas"),
        ("done", AFTER, "Genomförd"),
        ("not_done", AFTER, "Inte genomförd"),
    ],
)
def test_a_measure_whose_time_is_over_is_not_planned(status: str, today: datetime.date, said: str) -> None:
    table = measures_table(an_area(measures=[MEASURE | {"status": status}]), today, "Insatser", "m")
    assert [cell.strip() for cell in table.splitlines()[2].strip("|").split("|")][3] == said


@pytest.mark.parametrize(("today", "is_missing"), [(BEFORE, False), (AFTER, True)])
def test_a_promise_whose_time_is_over_says_that_its_outcome_is_missing(today: datetime.date, is_missing: bool) -> None:
    table = " ".join(area_table(an_area(measures=[MEASURE]), today, "Plan", "plan").replace("|", " ").split())
    assert ("utfall saknas)." in table) == is_missing
