"""A notebook that names no school year shows the report's own, whichever report it opens."""

from pathlib import Path

import pytest

from sqa_lib.section import Section
from tests.command import sqa
from tests.small_project import write_project


@pytest.mark.parametrize(("given", "year"), [("", "2020/21"), ("2019/20", "2019/20")])
def test_the_reports_own_school_year_is_meant_where_none_is_named(
    given: str, year: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_project(tmp_path, datasets=["school_units", "enrolment"])
    assert sqa(root, "compute", "small").code == 0
    monkeypatch.chdir(root)
    assert Section("pupils", "small", "lavheden", given).year == year
