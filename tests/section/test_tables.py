"""Tables as Pandoc Markdown: captions, heads that say the unit, marks explained."""

from sqa_lib.metrics.change import Change
from sqa_lib.section.tables import block_table, change_table, grid_table, marks_note, pipe_table, text_table
from tests.section.figures import block, count, counts, share


def lines(table: str) -> list[list[str]]:
    """The cells of the rows, without the rule."""
    rows = [line for line in table.replace("\u00a0", " ").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row.strip("|").split(" |")] for row in rows]


def test_where_a_page_is_too_narrow_texts_are_broken_so_that_no_head_runs_into_the_next() -> None:
    heads = ["Ämne", "Utbildningsdagar 2023/24", "Utbildningsdagar 2024/25", "Workshoppar 2023/24", "Workshoppar 2024/25"]
    subject = "Neuropsykiatriska funktionsnedsättningar"
    wide = pipe_table(heads, [[subject, "0", "0", "3", "2"]], "Tillfällen", "topics")
    widths = [len(dashes.rstrip(":")) for dashes in wide.splitlines()[1].strip("|").split("|")]
    assert widths == [23, 19, 19, 14, 14]
    narrow = pipe_table(heads[:2], [[subject, "0"]], "Tillfällen", "topics")
    assert f"|{'-' * 40}|{'-' * 19}:|" in narrow


def test_a_pipe_table_has_caption_and_id_and_numbers_to_the_right() -> None:
    table = pipe_table(["Typ", "Antal"], [["Oro", "7"], ["Frånvaro", "12"]], "Ärenden", "cases")
    assert table == "| Typ | Antal |\n|--------|-------:|\n| Oro | 7 |\n| Frånvaro | 12 |\n\n: Ärenden {#tbl-cases}\n"


def test_a_cell_can_break_neither_the_row_nor_the_table() -> None:
    table = pipe_table(["Typ", "Antal"], [["a|b\nc", "7"]], "Ärenden", "cases")
    assert "| a\\|b c | 7 |" in table.splitlines()


def test_a_series_of_counts() -> None:
    table = block_table(counts(oro=7, frånvaro="..", samspel=0), "Ärenden", "cases")
    assert lines(table) == [["Typ", "Antal"], ["Oro", "7"], ["Frånvaro", ".."], ["Samspel", "0"]]


def test_a_single_series_of_shares_has_interval_and_both_counts_or_four_marks() -> None:
    made = block(
        {
            "flickor": {"Andel": share(38.6, 31.9, 45.8, 71, 184)},
            "pojkar": {"Andel": share("..")},
            "alla": {"Andel": share("~100")},
        }
    )
    assert lines(block_table(made, "Kön", "gender")) == [
        ["Typ", "Andel, %", "95 % intervall", "Antal", "Av"],
        ["Flickor", "39", "32–46", "71", "184"],
        ["Pojkar", "..", "..", "..", ".."],
        ["Alla", "~100", "~100", "~100", "~100"],
    ]


def test_several_series_of_shares_say_percent_in_the_head() -> None:
    made = block({"stress": {"2019/20": share(20), "2020/21": share("..")}})
    assert lines(block_table(made, "Enkät", "survey")) == [["Typ", "2019/20, %", "2020/21, %"], ["Stress", "20", ".."]]


def test_changes_have_signs_intervals_and_words() -> None:
    rows = {"a": {"2019/20": share(20), "2020/21": share(30)}, "b": {"2019/20": share(20), "2020/21": share(16.6)}}
    rows |= {"c": {"2019/20": share(".."), "2020/21": share(16)}, "d": {"2019/20": share(20), "2020/21": share(20.2)}}
    changes = {
        "a": Change("increased", 10.0, 2.4, 17.6),
        "b": Change("uncertain", -3.4, -9.0, 2.0),
        "c": Change("unknown"),
        "d": Change("untested", 0.2),
    }
    assert lines(change_table(block(rows), "2019/20", "2020/21", changes, "Enkät", "survey"))[1:] == [
        ["A", "20", "30", "+10,0 (+2,4 till +17,6)", "ökning"],
        ["B", "20", "17", "−3,4 (−9,0 till +2,0)", "nej"],
        ["C", "..", "16", ".", "."],
        ["D", "20", "20", "+0,2", "prövas inte"],
    ]


def test_a_table_of_texts_keeps_its_widths() -> None:
    table = text_table(["Mått", "Förklaring"], [["a", "b"]], "Mått", "measures", (30, 70))
    assert table.endswith(': Mått {#tbl-measures tbl-colwidths="[30,70]"}\n')


def test_a_grid_table_holds_paragraphs_and_bullets_in_straight_columns() -> None:
    table = grid_table(
        ["Fråga", "Svar"], [(["Varför?"], ["En enda mening."]), (["Hur?"], ["Först en.", "Sedan två."])], "Plan", "plan", (12, 22)
    )
    body = table.splitlines()[:-2]
    assert {len(line) for line in body} == {37}
    assert "- Först en." in table and "- En enda mening." not in table
    assert body[2].startswith("+====")


def test_marks_are_explained_once_each() -> None:
    assert marks_note([count(7), count(0)]) == ""
    assert marks_note([count(".."), count("."), count("..")]) == (
        "**.** uppgift saknas, eller har inte efterfrågats; **..** redovisas inte (för få, eller för att skydda en uppgift om få)"
    )
