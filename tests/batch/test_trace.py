"""A trace is used only as it was meant: one that is cut off, or of another version, costs a repetition and no error."""

import json
from pathlib import Path

import pytest

from sqa_lib.batch.trace import BookTrace, NoTrace, SectionTrace, has_failed, is_searched, note_searched

KEPT = {"library": "l", "versions": {"typst": "1"}, "seconds": 1.5, "error": "", "searched": False}
SECTION = SectionTrace(**KEPT, notebook="n", parameters={"unit": "x"}, reads={"text a": "1"}, left="2")
BOOK = BookTrace(**KEPT, facts={}, chapters={}, parts={}, files={}, html="h", pdf="", warnings=("w",))


@pytest.mark.parametrize("trace", [SECTION, BOOK])
def test_what_is_written_is_read(trace: SectionTrace | BookTrace, tmp_path: Path) -> None:
    trace.write(tmp_path / "t.json")
    assert type(trace).read(tmp_path / "t.json") == trace
    assert [path.name for path in tmp_path.iterdir()] == ["t.json"]


@pytest.mark.parametrize(
    "changed",
    [
        {"versions": ["typst"]}, {"versions": None}, {"reads": "none"}, {"reads": {"a": {"digest": 1}}}, {"seconds": "long"},
        {"error": None}, {"parameters": []}, {"left": 3}, {"new": 1}, {"version": 2},
    ],
    ids=str,
)  # fmt: skip
def test_one_of_the_same_names_and_another_content_is_no_trace(changed: dict, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    SECTION.write(path)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed), encoding="utf-8")
    with pytest.raises(NoTrace):
        SectionTrace.read(path)
    note_searched(path)
    assert not has_failed(path) and not is_searched(path)
