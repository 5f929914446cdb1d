"""Development areas as the printed template's table."""

from pathlib import Path

from sqa_lib.section.development import QUESTIONS, area_table, read_areas


def test_without_file_or_unit_there_are_none(tmp_path: Path) -> None:
    path = tmp_path / "development_areas.yml"
    assert read_areas(path, "a") == []
    path.write_text("", encoding="utf-8")
    assert read_areas(path, "a") == []
    path.write_text("a:\n  - name: Närvaro\n    why: [Frånvaron ökar.]\n", encoding="utf-8")
    assert read_areas(path, "b") == []
    assert read_areas(path, "a") == [{"name": "Närvaro", "why": ["Frånvaron ökar."]}]


def test_questions_stand_in_the_templates_order_and_unanswered_ones_are_left_out() -> None:
    table = area_table(
        {"name": "Närvaro", "research": ["Forskning."], "why": ["Frånvaron ökar.", "Betygen sjunker."]}, "Plan", "plan"
    )
    assert table.index("Varför är området") < table.index("forskning och beprövad")
    assert [question for question in QUESTIONS.values() if question[:12] in table] == [QUESTIONS["why"], QUESTIONS["research"]]
    assert "- Frånvaron ökar." in table and "- Forskning." not in table
    assert table.endswith(": Plan {#tbl-plan}\n")
