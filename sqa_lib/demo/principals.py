"""The principals' survey: who was asked, who answered, and answers in free text."""

import itertools

import pandas as pd

from sqa_lib.demo.chance import Rng, draw, stream
from sqa_lib.demo.school_year import SchoolYear

MARKER = "kvistglimt"
"""A word that does not exist: it stands in every answer, so that an answer that slips into a report can be found."""

ANSWERED = {"2018/19": 26, "2019/20": 27, "2020/21": 25}

ANSWERS = {
    "2018/19": {"pupil_health": (10, 4, 6), "arts_school": (7, 1, 5), "study_guidance": (3, 4, 3), "mother_tongue": (4, 4, 5)},
    "2019/20": {"pupil_health": (9, 4, 7), "arts_school": (6, 1, 6), "study_guidance": (2, 4, 4), "mother_tongue": (4, 5, 5)},
    "2020/21": {"pupil_health": (8, 5, 10), "arts_school": (3, 3, 9), "study_guidance": (2, 3, 6), "mother_tongue": (5, 6, 6)},
}
"""Answers per topic: works well, concern, wish."""

KINDS = ("works_well", "concern", "wish")

_SUBJECTS = {
    "pupil_health": ("psykologens handledning", "det gemensamma närvaroarbetet", "stödet från resursteamet", "logopedens besök"),
    "arts_school": ("kulturskolans besök", "instrumentprövningen", "danslektionerna", "det gemensamma temaarbetet"),
    "study_guidance": ("studiehandledarens tid", "planeringen med studiehandledaren", "informationen om studiehandledning"),
    "mother_tongue": ("schemat för modersmålet", "fjärrundervisningen", "kontakten med lärarna", "grupperna i modersmål"),
}

_STATEMENTS = {
    "works_well": ("fungerar fint hos oss", "har gett klassen lugn", "är till stor hjälp för mentorerna"),
    "concern": ("kommer oss till del för sällan", "är svår att få in på en liten skola", "är oklar för personalen"),
    "wish": ("borde planeras tidigare på året", "behöver komma närmare klassrummet", "skulle vi vilja ha mer av"),
}


def principals_survey(year: SchoolYear, _: Rng) -> pd.DataFrame:
    """One row per compulsory unit: its principal was asked."""
    units = year.compulsory[["unit"]]
    return units.assign(has_answered=units.unit.isin(_answering(year)))


def principals_answers(year: SchoolYear, rng: Rng) -> pd.DataFrame:
    """One row per answer, by principals who answered; no sentence comes twice."""
    units = _answering(year)
    rows = [
        (rng.choice(units), topic, kind, answer)
        for topic, counts in ANSWERS[year.name].items()
        for kind, count in zip(KINDS, counts, strict=True)
        for answer in _sentences(topic, kind, count, rng)
    ]
    return pd.DataFrame(rows, columns=["unit", "topic", "answer_kind", "answer"])


def _answering(year: SchoolYear) -> list[str]:
    """The units whose principals answered, the same for both datasets."""
    return sorted(draw(year.compulsory, ANSWERED[year.name], stream(year.seed, "principals", year.name)).unit)


def _sentences(topic: str, kind: str, count: int, rng: Rng) -> list[str]:
    """`count` different sentences, at most as many as there are subjects times statements."""
    pairs = itertools.product(_SUBJECTS[topic], _STATEMENTS[kind])
    possible = [f"{MARKER.capitalize()}: {subject} {statement}." for subject, statement in pairs]
    return [possible[i] for i in rng.permutation(len(possible))[:count]]
