"""The harmonisation map of Skolverket's measures."""

import re
from collections import Counter

from sqa_lib.sources.skolverket.measures import GROUPS, MEASURES


def test_names_and_headings_are_unique():
    assert not [name for name, n in Counter(measure.name for measure in MEASURES).items() if n > 1]
    assert not [heading for heading, n in Counter(measure.heading for measure in MEASURES).items() if n > 1]


def test_every_group_has_measures_in_the_file_s_order():
    assert list(dict.fromkeys(measure.group for measure in MEASURES)) == list(GROUPS)


def test_an_asterisk_means_the_survey_and_an_index():
    assert {measure.source.endswith("*") for measure in MEASURES if measure.is_from_survey} == {True}
    assert {measure.unit for measure in MEASURES if measure.is_from_survey} == {"index 0–10"}
    assert not [measure.name for measure in MEASURES if measure.source.endswith("*") and not measure.is_from_survey]


def test_the_year_of_a_name_is_the_year_of_its_words():
    for measure in MEASURES:
        named = re.findall(r"_year(\d)$", measure.name)
        assert named == re.findall(r"årskurs (\d)", measure.source)
        assert named in ([measure.year], []), measure.name
