"""From an executed notebook to Quarto Markdown."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sqa_lib.publish import Chapter, PublishError, PublishWarning
from sqa_lib.publish.chapters import page

TITLE = new_markdown_cell("# Titel {#sec-x}")
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'/>"


def chapter_of(folder: Path, *cells: nbformat.NotebookNode) -> Chapter:
    path = folder / "x.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return Chapter("x", path, "Titeln")


def shown(folder: Path, source: str, data: dict[str, str], metadata: dict | None = None) -> str:
    output = new_output("display_data", data, metadata=metadata or {})
    text = page(chapter_of(folder, TITLE, new_code_cell(source, outputs=[output]))).text
    return text.removeprefix("# Titel {#sec-x}").strip()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"text/markdown": "**m**", "text/html": "<b>h</b>", "text/plain": "p"}, "**m**"),
        ({"image/svg+xml": SVG, "image/png": "aGVq", "text/plain": "p"}, "![](media/x-1.svg)"),
        ({"image/png": "aGVq", "text/html": "<b>h</b>"}, "![](media/x-1.png)"),
        ({"text/html": "<style>b{}</style><b>h</b>", "text/plain": "p"}, "**h**"),
        ({"text/plain": "p\nq"}, "p\n    q"),
    ],
)
@pytest.mark.filterwarnings("ignore::sqa_lib.publish.PublishWarning")
def test_the_richest_kind_of_an_output_is_shown(tmp_path: Path, data: dict[str, str], expected: str) -> None:
    assert shown(tmp_path, "x", data) == expected


def test_no_line_ends_within_a_number_or_before_its_sign(tmp_path: Path) -> None:
    cell = new_markdown_cell("Per 1 000 elever, av 75 889 och 7 %; 2 kap. 25 §; andel, %. År 2024 5 elever och 12 3456.")
    text = page(chapter_of(tmp_path, TITLE, cell)).text.replace("\u00a0", "~")
    assert text.splitlines()[-1] == "Per 1~000 elever, av 75~889 och 7~%; 2~kap. 25~§; andel,~%. År 2024 5 elever och 12 3456."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("## A\n\n## B\n\nb", "## B\n\nb"),
        ("## A\n\na\n\n## B", "## A\n\na"),
        ("## A\n\n### A1\n\na\n\n### A2\n\n## B\n\n### B1", "## A\n\n### A1\n\na"),
        ("### A\n\n## B\n\nb", "## B\n\nb"),
        ("## A\n\n::: {.conclusions}\n### Slutsats\n\n- a\n:::", "::: {.conclusions}\n### Slutsats\n\n- a\n:::"),
        ("a\n\n## A\n\n::: {.figures-used}\nOm siffrorna\n:::", "a\n\n::: {.figures-used}\nOm siffrorna\n:::"),
        ("## A\n\n::: {.source}\nKälla\n:::", "## A\n\n::: {.source}\nKälla\n:::"),
        ("## A {#sec-a}\n\n## B\n\nb", "## A {#sec-a}\n\n## B\n\nb"),
        ("## A\n\n    # a\n", "## A\n\n    # a"),
    ],
)
def test_a_heading_that_nothing_stands_under_is_left_out(tmp_path: Path, text: str, left: str) -> None:
    assert page(chapter_of(tmp_path, TITLE, new_markdown_cell(text))).text == f"# Titel {{#sec-x}}\n\n{left}\n"


@pytest.mark.parametrize(
    ("tags", "output"),
    [
        (["parameters"], new_output("display_data", {"text/markdown": "HEMLIGT"})),
        (["injected-parameters"], new_output("display_data", {"text/markdown": "HEMLIGT"})),
        (["remove-cell"], new_output("display_data", {"text/markdown": "HEMLIGT"})),
        ([], new_output("stream", text="HEMLIGT")),
        ([], new_output("stream", name="stderr", text="HEMLIGT")),
        ([], new_output("error", ename="HEMLIGT", evalue="HEMLIGT", traceback=["HEMLIGT"])),
    ],
)
def test_code_parameters_streams_and_errors_are_never_shown(
    tmp_path: Path, tags: list[str], output: nbformat.NotebookNode
) -> None:
    cell = new_code_cell("HEMLIGT = 1", metadata={"tags": tags}, outputs=[output])
    assert page(chapter_of(tmp_path, TITLE, cell, new_markdown_cell("Slut."))).text == "# Titel {#sec-x}\n\nSlut.\n"


def test_a_figure_of_the_section_library_has_label_caption_and_alternative(tmp_path: Path) -> None:
    about = {"sqa": {"label": "fig-x", "caption": "**Fynd.** n = 182.", "alt": 'Linjer, "två"\nstycken.'}}
    assert shown(tmp_path, "x", {"image/svg+xml": SVG}, about) == (
        '![**Fynd.** n = 182.](media/fig-x.svg){#fig-x fig-alt="Linjer, \\"två\\" stycken."}'
    )


def test_an_analysts_own_figure_uses_quartos_cell_options(tmp_path: Path) -> None:
    source = "#| label: fig-y\n#| fig-cap: En rubrik.\n#| fig-alt: Vad den visar.\nplot()"
    assert shown(tmp_path, source, {"image/svg+xml": SVG}) == '![En rubrik.](media/fig-y.svg){#fig-y fig-alt="Vad den visar."}'


def test_an_analysts_own_table_becomes_a_markdown_table_with_its_caption(tmp_path: Path) -> None:
    html = "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>x</td><td>1</td></tr></tbody></table>"
    text = shown(tmp_path, "#| label: tbl-y\n#| tbl-cap: En rubrik.\ndf", {"text/html": html})
    assert [" ".join(line.split()) for line in text.splitlines()] == [
        "| A | B |",
        "|-----|-----|",
        "| x | 1 |",
        "",
        ": En rubrik. {#tbl-y}",
    ]


def test_media_are_kept_as_they_are(tmp_path: Path) -> None:
    cell = new_code_cell(
        "x", outputs=[new_output("display_data", {"image/png": "aGVq"}, metadata={"sqa": {"label": "fig-x", "caption": "c"}})]
    )
    assert page(chapter_of(tmp_path, TITLE, cell)).media == {"fig-x.png": b"hej"}


def test_a_chapter_without_heading_gets_the_sections_title(tmp_path: Path) -> None:
    with pytest.warns(PublishWarning, match="x: no heading"):
        assert page(chapter_of(tmp_path, new_markdown_cell("Text."))).text == "# Titeln {#sec-x}\n\nText.\n"


def test_a_figure_without_any_description_warns(tmp_path: Path) -> None:
    with pytest.warns(PublishWarning, match="x: figure `x-1.svg` has neither caption nor fig-alt"):
        shown(tmp_path, "x", {"image/svg+xml": SVG})


@pytest.mark.parametrize("chapter", [Chapter("x", None, "Närvaro"), Chapter("x", Path("x.ipynb"), "Närvaro", failed=True)])
def test_a_failed_section_becomes_a_page_that_says_so(chapter: Chapter) -> None:
    text = page(chapter).text
    assert text.startswith("# Närvaro {#sec-x}")
    assert "kunde inte tas fram" in text


def test_a_failed_sections_page_keeps_its_notebooks_title(tmp_path: Path) -> None:
    chapter = chapter_of(tmp_path, new_markdown_cell("# Närvaro {#sec-attendance}"), new_code_cell("1 / 0"))
    assert page(Chapter("x", chapter.notebook, failed=True)).text.startswith("# Närvaro {#sec-x}\n")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("#| label: [", "x, cell 2: the `#|` lines are not readable as YAML"),
        ("#| label\nplot()", "x, cell 2: expected `#| key: value`"),
    ],
)
def test_mistaken_cell_options_name_the_cell(tmp_path: Path, source: str, message: str) -> None:
    with pytest.raises(PublishError) as caught:
        shown(tmp_path, source, {"text/plain": "p"})
    assert str(caught.value).startswith(message)


def test_a_file_that_is_no_notebook_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.ipynb").write_text("inte json")
    with pytest.raises(PublishError, match=r"x\.ipynb: not readable as a notebook"):
        page(Chapter("x", tmp_path / "x.ipynb"))
