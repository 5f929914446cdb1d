"""A canary is found wherever it hides in the output, and nothing else is taken for one."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest
import typst
from PIL import Image, PngImagePlugin

from sqa_lib.audit.canaries import Canaries, Finding, canaries_of, find_canaries
from sqa_lib.disclosure import PUBLISHED
from sqa_lib.metrics import STATISTICS
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import DATASETS

ID = "ELE-2020-0815"
ANSWER = "Vi önskar att psykologen kommer oftare till oss. Det vore fint."
SHARE = 100 * 5 / 7
HIDDEN = 100 * 3 / 13


def dataset_rows(name: str, *rows: dict) -> pd.DataFrame:
    return pd.DataFrame([dict.fromkeys((c.name for c in DATASETS[name].columns), None) | row for row in rows])


def statistics_of(*values: float) -> pd.DataFrame:
    rows = [{"statistic": "safe", "school_year": "2020/21", "unit": f"9900000{i}", "value": v} for i, v in enumerate(values)]
    return pd.DataFrame(rows, columns=STATISTICS)


@pytest.fixture(scope="module")
def data() -> Input:
    tables = {
        "school_units": dataset_rows("school_units", {"unit": "99000001"}),
        "health_cases": dataset_rows(
            "health_cases",
            {"row_id": "12", "unit": "99000001"},
            {"row_id": ID, "unit": "99000001", "received": pd.Timestamp("2020-09-14")},
            {"row_id": "99000001", "unit": "99000001"},
        ),
        "principals_answers": dataset_rows("principals_answers", {"row_id": "SVA-1", "answer": ANSWER}, {"answer": "Bra"}),
    }
    rejected = {"newly_arrived": pd.DataFrame({"Löpnummer": ["NYA-2020-7777"], "Kön": ["Hane"], "rad": [9], "orsak": ["x"]})}
    return Input(tables, rejected, pd.DataFrame(), pd.DataFrame())


@pytest.fixture(scope="module")
def canaries(data: Input) -> Canaries:
    return canaries_of(data, statistics_of(SHARE, HIDDEN, 40.0, np.nan), statistics_of(SHARE).reindex(columns=PUBLISHED))


@pytest.fixture
def look(canaries: Canaries, tmp_path: Path):
    """The kinds and places found in a file with this name and content."""

    def found(name: str, content: str | bytes) -> list[tuple[str, str]]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return [(finding.kind, finding.where) for finding in find_canaries(tmp_path, canaries) if finding.file == name]

    return found


IDENTIFIER = [("identifier", "health_cases, accepted row 2")]
QUOTED = [("free text", "principals_answers, accepted row 1")]
UNROUNDED = [("unrounded", "safe, 99000000, 2020/21")]
UNPUBLISHED = [("unrounded", "safe, 99000001, 2020/21")]


def notebook(**cell: object) -> str:
    made = nbformat.v4.new_code_cell("1 + 1")
    made.update(cell)
    return nbformat.writes(nbformat.v4.new_notebook(cells=[made]))


def parquet(**columns: list) -> bytes:
    buffer = BytesIO()
    pd.DataFrame(columns).to_parquet(buffer)
    return buffer.getvalue()


def png(**texts: str) -> bytes:
    buffer, info = BytesIO(), PngImagePlugin.PngInfo()
    for key, text in texts.items():
        info.add_text(key, text, zip=True)
    Image.new("RGB", (1, 1)).save(buffer, "png", pnginfo=info)
    return buffer.getvalue()


def pdf(body: str, **document: str) -> bytes:
    return typst.compile(f"#set document(title: [{document.get('title', 'X')}], date: none)\n{body}".encode())


def as_xlsx(text: str) -> bytes:
    buffer = BytesIO()
    pd.DataFrame({"a": [text]}).to_excel(buffer)
    return buffer.getvalue()


PICTURE = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='5' height='5'/></svg>"
SVG = "<svg><title>{}</title><path d='M 0 0'/></svg>"
HIDING_PLACES = {
    "html text": ("a.html", f"<p>Ärende {ID}.</p>", IDENTIFIER),
    "html attribute": ("a.html", f'<img alt="{ID}">', IDENTIFIER),
    "html comment": ("a.html", f"<!-- {ID} -->", IDENTIFIER),
    "in another word's company": ("a.html", f'<a id="rad-{ID}" href="x/{ID}.html">', IDENTIFIER),
    "in small letters": ("a.html", f"<p>{ID.lower()}</p>", IDENTIFIER),
    "parted otherwise": ("a.html", f"<p>{ID.replace('-', '_')}</p>", IDENTIFIER),
    "script": ("a.js", f'window.X = [["{ID}"]];', IDENTIFIER),
    "svg text": ("a.svg", SVG.format(ID), IDENTIFIER),
    "svg comment": ("a.svg", f"<svg><!-- {ID} --></svg>", IDENTIFIER),
    "qmd": ("a.qmd", f"Se {ID}", IDENTIFIER),
    "json": ("a.json", json.dumps({"x": [{"y": f"{ID} å"}]}), IDENTIFIER),
    "json key": ("a.json", json.dumps({ID: 1}), IDENTIFIER),
    "csv": ("a.csv", f"x;y\n{ID};1\n", IDENTIFIER),
    "csv with BOM": ("a.csv", f"\ufeff{ID};1\n", IDENTIFIER),
    "notebook source": ("a.ipynb", notebook(source=f"x = '{ID}'"), IDENTIFIER),
    "notebook output": ("a.ipynb", notebook(outputs=[nbformat.v4.new_output("stream", text=f"a\n{ID}\nb")]), IDENTIFIER),
    "notebook metadata": ("a.ipynb", notebook(metadata={"note": ID}), IDENTIFIER),
    "parquet column": ("a.parquet", parquet(a=["x", ID], b=[1, 2]), IDENTIFIER),
    "parquet name": ("a.parquet", parquet(**{ID: [1]}), IDENTIFIER),
    "picture": ("a.png", png(Comment=ID), IDENTIFIER),
    "workbook": ("a.xlsx", as_xlsx(ID), IDENTIFIER),
    "pdf text": ("a.pdf", pdf(f"Ärende {ID}."), IDENTIFIER),
    "pdf title": ("a.pdf", pdf("x", title=ID), IDENTIFIER),
    "pdf bookmark": ("a.pdf", pdf(f"= Rubrik {ID}"), IDENTIFIER),
    "pdf alternative text": ("a.pdf", pdf(f'#image(bytes("{PICTURE}"), format: "svg", alt: "Ärende {ID}")'), IDENTIFIER),
    "pdf attachment": ("a.pdf", pdf(f'#pdf.attach("x.csv", bytes("{ID}"))'), IDENTIFIER),
    "any other file": ("a.bin", b"\xff\xfe" + ID.encode() + b"\x00", IDENTIFIER),
    "rejected row": ("a.qmd", "NYA-2020-7777", [("identifier", "newly_arrived, rejected row 9")]),
    "dated row": ("a.csv", "x;2020/21;99000001;2020-09-14;y", [("dated row", "health_cases, accepted row 2")]),
    "quoted": ("a.html", f"<p>{ANSWER}</p>", QUOTED),
    "quoted in part": ("a.html", "<p>… psykologen kommer <em>oftare</em> till oss, det …</p>", QUOTED),
    "quoted in a pdf, over lines": ("a.pdf", pdf(f"#set text(lang: \"sv\")\n#box(width: 3cm)[{ANSWER}]"), QUOTED),
    "unrounded in text": ("a.html", f"<p>andelen {SHARE}</p>", UNROUNDED),
    "unrounded with a comma": ("a.qmd", "andelen 71,4286 procent", UNROUNDED),
    "unrounded alternative text": ("a.html", '<img alt="71.42857 procent">', UNROUNDED),
    "unrounded in a script of the book's own": ("a.js", f"window.X = {SHARE};", UNROUNDED),
    "unrounded in a string of Quarto's": ("_book/site_libs/a/x.css", f'p::after {{ content: "{SHARE}" }}', UNROUNDED),
    "identifier in a script of Quarto's": ("_book/site_libs/a/x.js", f"// {ID}", IDENTIFIER),
    "unpublished in data": ("a.parquet", parquet(value=[SHARE, HIDDEN]), UNPUBLISHED),
    "unpublished in json": ("a.json", json.dumps({"v": HIDDEN}), UNPUBLISHED),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), HIDING_PLACES.values(), ids=HIDING_PLACES.keys())
def test_a_canary_is_found_wherever_it_hides(name: str, content: str | bytes, expected: list, look) -> None:
    assert look(name, content) == expected


HARMLESS = {
    "a short identifier": ("a.html", "<p>12 elever</p>"),
    "a unit's code": ("a.html", "<a href='99000001.html'>99000001</a>"),
    "a part of a longer word": ("a.html", f"<p>{ID}7 X{ID}</p>"),
    "a part of an identifier": ("a.html", "<p>ELE-2020</p>"),
    "a date alone": ("a.html", "<p>2020-09-14</p>"),
    "a short answer": ("a.html", "<p>Bra</p>"),
    "a few of its words": ("a.html", "<p>Vi önskar att psykologen kommer.</p>"),
    "rounded": ("a.html", "<p>71,4 procent, 71,43 och 23,077</p>"),
    "a chart's geometry": ("a.svg", f'<svg><path d="M {SHARE} 1"/></svg>'),
    "a published value in data": ("a.parquet", parquet(value=[SHARE])),
    "a value of nobody": ("a.html", "<p>12,34567</p>"),
    "a font": ("a.woff2", ID),
    "a width in Bootstrap's style": ("_book/site_libs/bootstrap/x.css", f".col-5{{width:{SHARE}%}}"),
    "a factor in a script of Quarto's": ("_book/site_libs/a/x.js", f"x=y*{SHARE};z='1 s'"),
}


@pytest.mark.parametrize(("name", "content"), HARMLESS.values(), ids=HARMLESS.keys())
def test_nothing_else_is_taken_for_one(name: str, content: str | bytes, look) -> None:
    assert look(name, content) == []


def test_a_finding_names_file_and_row_and_never_the_canary(canaries: Canaries, tmp_path: Path) -> None:
    (tmp_path / "books" / "x").mkdir(parents=True)
    (tmp_path / "books" / "x" / "a.html").write_text(f"{ID} {ID} {ANSWER}", encoding="utf-8")
    found = find_canaries(tmp_path, canaries)
    assert found == [Finding("books/x/a.html", *QUOTED[0]), Finding("books/x/a.html", *IDENTIFIER[0])]
    assert ID not in str(found) and "psykolog" not in str(found)


def test_a_withheld_value_that_is_the_same_fraction_as_a_published_one_is_no_leak(data: Input, tmp_path: Path) -> None:
    """As computed in another order, the one is the next floating-point number to the other."""
    withheld = statistics_of(SHARE, np.nextafter(SHARE, 100))
    (tmp_path / "a.parquet").write_bytes(parquet(value=[SHARE]))
    assert find_canaries(tmp_path, canaries_of(data, withheld, statistics_of(SHARE).reindex(columns=PUBLISHED))) == []


def test_a_file_that_cant_be_searched_is_told_of(look) -> None:
    assert look("a.pdf", b"no pdf")[0][0] == "can't be searched"
    assert look("a.json", "{")[0][0] == "can't be searched"
    assert look("a.parquet", b"PAR1")[0][0] == "can't be searched"


def test_rows_put_aside_for_the_analyst_are_no_part_of_the_output(look) -> None:
    assert look("rejected/health_cases.csv", ID) == []
    assert look("books/rejected/health_cases.csv", ID) == IDENTIFIER


def test_what_is_too_short_to_look_for_is_counted(data: Input, canaries: Canaries) -> None:
    assert canaries.unsearchable == 3  # 12, SVA-1, Bra
    assert canaries_of(replace(data, tables={})).unsearchable == 0


def test_the_demos_data_is_full_of_canaries_and_its_statistics_hold_none(
    demo_input: Input, demo_published, tmp_path: Path
) -> None:
    canaries = canaries_of(demo_input)
    assert {canary.kind for canary in canaries.phrases.values()} == {"identifier", "free text", "dated row"}
    demo_published.table.to_parquet(tmp_path / "published.parquet")
    assert find_canaries(tmp_path, canaries) == []
    for name, table in demo_input.tables.items():
        table.to_csv(tmp_path / f"{name}.csv")
    leaked = {finding.where.split(",")[0] for finding in find_canaries(tmp_path, canaries) if finding.kind == "identifier"}
    assert leaked == {name for name in demo_input.tables if DATASETS[name].key == ("row_id",)}
