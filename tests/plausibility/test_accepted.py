"""An odd number is answered once: who, when and why; it is asked again when it changes."""

import re
from pathlib import Path

import pytest
import yaml

from tests.command import sqa
from tests.plausibility.test_rules import enrolment, pupils, survey
from tests.small_project import write, write_project

BY, REASON = ("--by", "analytiker 1"), ("--reason", "skolan tog emot en nedlagd skolas elever")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    whole = pupils()
    whole["99000001", "2020/21", "4", "Flicka"] = 80
    write_project(tmp_path, datasets=["school_units", "enrolment"])
    write(tmp_path / "data" / "small" / "elever.csv", enrolment(whole))
    return tmp_path


def with_survey(project: Path) -> None:
    """More answers than pupils, of a report that asks for them."""
    write_project(project, datasets=["school_units", "enrolment", "health_survey"])
    write(project / "data" / "small" / "elever.csv", enrolment(pupils()))
    write(project / "data" / "small" / "elevhalsoenkat.csv", survey({"99000002": 90, "99000003": 30}))


def keys(out: str) -> list[str]:
    return re.findall(r"^  ([0-9a-f]{8})  ", out, re.MULTILINE)


def test_an_answer_is_kept_with_name_date_and_reason_and_not_asked_again(project: Path) -> None:
    done = sqa(project, "check", "small")
    assert done.code == 0
    assert "No problems." not in done.out
    asked = keys(done.out)
    assert asked
    done = sqa(project, "accept", "small", *asked, *BY, *REASON)
    assert (done.code, done.err) == (0, "")
    kept = yaml.safe_load((project / "data" / "small" / "accepted.yml").read_text(encoding="utf-8"))
    assert {(each["by"], each["reason"]) for each in kept} == {(BY[1], REASON[1])}
    assert {each["unit"] for each in kept} == {"99000001"}
    assert all(each["date"] for each in kept)
    assert "No problems." in sqa(project, "check", "small").out


def test_when_the_number_changes_it_is_asked_again(project: Path) -> None:
    sqa(project, "accept", "small", *keys(sqa(project, "check", "small").out), *BY, *REASON)
    file = project / "data" / "small" / "elever.csv"
    write(file, file.read_text(encoding="utf-8").replace("2020/21;99000001;4;Flicka;80", "2020/21;99000001;4;Flicka;85"))
    done = sqa(project, "check", "small")
    assert "årskurs 4, flickor: Antal 85" in done.out.replace("\n", " ")


def test_what_is_odd_is_told_by_a_build_and_what_can_not_be_stops_it_before_it_begins(project: Path) -> None:
    done = sqa(project, "build", "small", "--format", "html")
    assert done.code == 0
    assert "the input: 1 odd and not accepted: run `sqa check small`" in done.err
    with_survey(project)
    done = sqa(project, "compute", "small")
    assert done.code == 2
    assert "the data contradict themselves: survey-above-pupils 2020/21 99000002 year=4" in done.err
    assert "rows" not in done.err
    assert sqa(project, "check", "small").code == 1


def test_a_contradiction_that_is_accepted_makes_no_share_of_more_than_all(project: Path) -> None:
    with_survey(project)
    sqa(project, "accept", "small", *keys(sqa(project, "check", "small").out), *BY, *REASON)
    done = sqa(project, "compute", "small")
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {key: 12345678, by: analytiker 1, date: 2021-01-01, reason: x}", "answer 1 `key`: must be text: put quotation marks"),
        ("- {key: '12345678', by: analytiker 1, date: 2021-01-01}", "answer 1 `reason`: Field required"),
        ("- {key: '12345678', by: a, date: 2021-13-01, reason: x}", "2021-13-01 is no date"),
        ("- {key: '1', by: a, date: 2021-01-01, reason: x, why: y}", "answer 1 `why`: Extra inputs are not permitted"),
        ("key: [", "line 2, column 1"),
        ("hello", "Input should be a valid list"),
    ],
)
def test_a_file_that_can_not_be_used_is_told_with_its_answer(project: Path, text: str, told: str) -> None:
    write(project / "data" / "small" / "accepted.yml", text + "\n")
    done = sqa(project, "check", "small")
    assert done.code == 2
    assert "accepted.yml" in done.err
    assert told in done.err


def test_remarks_and_answers_of_before_stay_as_they_are(project: Path) -> None:
    file = project / "data" / "small" / "accepted.yml"
    before = '# vår egen anmärkning\n- {key: "00000000", by: analytiker 2, date: 2020-01-01, reason: gammal}\n'
    write(file, before)
    sqa(project, "accept", "small", keys(sqa(project, "check", "small").out)[0], *BY, *REASON)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(before)
    assert len(yaml.safe_load(text)) == 2


def test_a_key_that_nothing_has_and_an_answer_without_a_reason_are_refused(project: Path) -> None:
    done = sqa(project, "accept", "small", "00000000", *BY, *REASON)
    assert done.code == 2
    assert "00000000: nothing odd has that key" in done.err
    done = sqa(project, "accept", "small", keys(sqa(project, "check", "small").out)[0], *BY, "--reason", " ")
    assert done.code == 2
    assert not (project / "data" / "small" / "accepted.yml").exists()
