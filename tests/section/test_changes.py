"""Tables of changes: last year and this, where the report has both."""

import pytest

from sqa_lib.published import Published
from sqa_lib.section import Section
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("school_year", "table", "note"),
    [
        ("2020/21", "| Trivs i skolan", ""),
        ("2018/19", "", "Svaren: underlag saknas."),  # there is no year before
        ("2021/22", "", "Svaren: underlag saknas."),  # nothing has come in yet
    ],
)
def test_a_year_that_is_missing_is_told_of(
    school_year: str,
    table: str,
    note: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture,
    demo_published: Published,
) -> None:
    monkeypatch.chdir(ROOT)
    Section("health-survey", "lulea-2020-21", "lulea", school_year).changes(
        "change", "survey", "survey_item", caption="Svaren", survey_year="4"
    )
    shown = capsys.readouterr().out
    assert table in shown and note in shown
    assert ("Säker förändring" in shown) == bool(table)
