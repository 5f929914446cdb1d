"""All that a unit writes is in its book, whatever it writes it with: as bullets, numbers or prose, in any editor."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqa_lib.section.texts import UnitText, read_text
from sqa_lib.texts.files import read_texts
from sqa_lib.texts.references import TextError
from tests.small_project import write


@pytest.mark.parametrize(
    ("written", "conclusions", "lines"),
    [
        ("- Ett\n- Två\n", ["Ett", "Två"], [3, 4]),
        ("* Ett\n+ Två\n• Tre\n– Fyra\n— Fem\n", ["Ett", "Två", "Tre", "Fyra", "Fem"], [3, 4, 5, 6, 7]),
        ("1. Ett\n2. Två\n10) Tio\n", ["Ett", "Två", "Tio"], [3, 4, 5]),
        ("  - Indraget\n\t- Med tabb\n", ["Indraget", "Med tabb"], [3, 4]),
        ("Bara prosa\növer två rader.\n\nEtt stycke till.\n", ["Bara prosa över två rader.", "Ett stycke till."], [3, 6]),
        ("Vi drar två slutsatser:\n\n- Ett\n- Två\n", ["Vi drar två slutsatser:", "Ett", "Två"], [3, 5, 6]),
        ("- Ett\n  fortsätter\n\n  och fortsätter.\n\nProsa.\n", ["Ett fortsätter och fortsätter.", "Prosa."], [3, 8]),
        ("- Ett\n---\n- **Två**\n", ["Ett", "**Två**"], [3, 5]),
        ("- 2020/21 var bra.\n- 3 av 4 nöjda.\n", ["2020/21 var bra.", "3 av 4 nöjda."], [3, 4]),
    ],
)
def test_each_bullet_numbered_line_and_paragraph_is_a_conclusion(written: str, conclusions: list[str], lines: list[int]) -> None:
    text = UnitText(f"Kommentar.\n## Slutsats\n{written}")
    assert text.comment == "Kommentar."
    assert list(text.conclusions) == conclusions
    assert list(text.conclusion_lines) == lines


@pytest.mark.parametrize("heading", ["## Slutsats", "## Slutsatser", "### slutsatser:", "# SLUTSATS ##"])
def test_the_heading_may_be_written_in_several_ways(heading: str) -> None:
    assert UnitText(f"{heading}\n- Ett").conclusions == ("Ett",)


def test_what_stands_under_the_next_heading_belongs_to_the_comment() -> None:
    text = UnitText("Före.\n\n## Slutsats\n\n- Ett\n\n### Plan\n\nEfter.\n- punkt\n")
    assert text.conclusions == ("Ett",)
    assert text.comment == "Före.\n\n### Plan\n\nEfter.\n- punkt"


SIGNS = ["2.", "1)", "–", "-", "*", "#", "##", "\n", "\n\n", "\n  ", "\t", ">", "|", ""]
WORDS = st.lists(st.sampled_from(["åk", "sju", "ökar", *SIGNS]), min_size=1, max_size=30)


@given(WORDS, WORDS)
def test_no_word_vanishes(before: list[str], after: list[str]) -> None:
    written = f"{' '.join(before)}\n\n## Slutsats\n\n{' '.join(after)}"
    text = UnitText(written)
    shown = " ".join([text.comment, *text.conclusions])
    for word in ("åk", "sju", "ökar"):
        assert shown.count(word) == written.count(word)
    assert len(text.conclusions) == len(text.conclusion_lines)


# ---- footnotes ------------------------------------------------------------------------------------------------------


def test_a_note_stands_where_it_is_referred_to_so_that_a_conclusion_takes_it_along() -> None:
    text = UnitText(
        "Vi[^1] vet.\n\n[^1]: Lärarna.\n\n## Slutsats\n\n- Mer tid[^a] behövs[^2].\n- Klart.\n\n"
        "[^a]: Enligt {{ year }}\n    och avtalet.\n[^2]: Två\nrader.\n",
        lambda part, line: part.replace("{{ year }}", f"rad {line}"),
    )
    assert text.comment == "Vi^[Lärarna.] vet."
    assert text.conclusions == ("Mer tid^[Enligt rad 10 och avtalet.] behövs^[Två rader.].", "Klart.")
    assert text.conclusion_lines == (7, 8)


def test_a_note_of_several_paragraphs_is_whole_and_one_that_is_missing_stays_as_written() -> None:
    text = UnitText("A[^1] b[^2].\n\n[^1]: Ett.\n\n    Mer.\n\nSist.\n")
    assert re.sub(r"\s+", " ", text.whole) == "A^[Ett. Mer.] b[^2]. Sist."


# ---- editors --------------------------------------------------------------------------------------------------------

SAID = "Frånvaron – hög – är “ett” problem.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_is_read_as_editors_save_it(encoding: str, end: str, tmp_path: Path) -> None:
    (tmp_path / "texts" / "a").mkdir(parents=True)
    (tmp_path / "texts/a/x.md").write_bytes(SAID.replace("\n", end).encode(encoding))
    assert read_text(tmp_path, "texts/a/x.md").whole == SAID.strip()
    assert [text.content for text in read_texts(tmp_path, "all")] == [SAID]


def test_what_is_no_text_is_told_with_its_file_and_stops_no_other(tmp_path: Path) -> None:
    write(tmp_path / "texts/a/x.md", SAID)
    write(tmp_path / "texts/b/x.md", "")
    (tmp_path / "texts/b/x.md").write_bytes(SAID.encode("utf-16"))
    (tmp_path / "texts/c/x.md").mkdir(parents=True)
    why = "is neither UTF-8 nor Windows-1252 text; save it as plain text in UTF-8"
    with pytest.raises(TextError, match=f"^texts/b/x.md: {why}$"):
        read_text(tmp_path, "texts/b/x.md")
    found = {text.file: (text.content, text.unreadable) for text in read_texts(tmp_path, "all")}
    assert found["texts/a/x.md"] == (SAID, "")
    assert found["texts/b/x.md"] == ("", why)
    assert found["texts/c/x.md"] == ("", "can't be read (Is a directory)")
