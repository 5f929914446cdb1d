"""A small book as the sections write it: four executed notebooks in Swedish, with tables, charts, key figures and references."""

import datetime
import io
from pathlib import Path

import matplotlib
import nbformat
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sqa_lib.publish import Book, Chapter
from sqa_lib.report import Design

SUMMARY = """# Det viktigaste i korthet {#sec-summary}

::: {.lead}
Elevhälsan fick 355 ärenden under läsåret. Antalet har ökat, och pojkar står för sex av tio ärenden på individnivå.
:::
"""

KEY_FIGURES = """::: {.key-figures}
::: {.key-figure}
[355]{.value} [ärenden till elevhälsan, se @sec-health]{.label} [Har ökat med 42 sedan läsåret 2019/20]{.change}
:::
::: {.key-figure}
[61 %]{.value} [av ärendena på individnivå gällde pojkar, se @fig-gender]{.label} [Ingen säker förändring]{.change}
:::
::: {.key-figure}
[94,2 %]{.value} [av eleverna i årskurs 7 känner sig trygga i skolan]{.label} [Ingen säker förändring]{.change}
:::
::: {.key-figure}
[1 104]{.value} [elever deltog i modersmålsundervisning, se @tbl-mother-tongue]{.label} [Har minskat med 31]{.change}
:::
:::
"""

BULLET_FIGURES = """::: {.key-figures}
- **182** ärenden på individnivå
- **97** ärenden på gruppnivå
- **76** ärenden på skolnivå
:::
"""

CONCLUSIONS = """::: {.conclusions}
### Slutsats

* Samverkan med grundskolan pågår. Den behöver utvecklas, konkretiseras och praktiseras.
* Det förebyggande arbetet behöver få större plats i skolornas planering.
:::
"""

HEALTH = """# Ärenden till elevhälsan {#sec-health}

::: {.lead}
Pojkar står för 61 procent av ärendena på individnivå. Andelen skiljer sig inte säkert från föregående läsår.
:::

Ärendena kommer från skolornas rektorer. Siffrorna avser läsåret 2020/21 och räknades den 15 oktober 2021. Hur de har tagits fram
står i @sec-about. Ärenden per område visas i @fig-gender och @tbl-area; [-@tbl-area] har samma uppgifter som figuren.

## Vem ärendena gäller {#sec-who}
"""

TABLE = """| Område | Ärenden | Pojkar | Flickor | Andel pojkar, % |
|:-------|--------:|-------:|--------:|----------------:|
| Höb    |      62 |     38 |      24 |            61,3 |
| Srg    |      71 |     43 |      28 |            60,6 |
| Bcn    |      49 |     30 |      19 |            61,2 |
| Öjebyn |      .. |     .. |      .. |              .. |
| **Alla** | **182** | **111** | **71** | **61,0** |

: **Ungefär sex av tio ärenden gäller pojkar i alla områden.** Ärenden på individnivå, läsåret 2020/21, n = 182. {#tbl-area}

::: {.source}
.. redovisas inte, för få barn eller elever. Källa: kommunens ärenderegister.
:::
"""

LONG_TEXT = """Skolorna beskriver att arbetet med tidiga insatser har stärkts under läsåret. Elevhälsans personal deltar oftare i
skolornas planering, och ärendena kommer tidigare än förut. Samtidigt är väntetiderna till utredning fortfarande långa[^1].
Rektorerna efterfrågar tydligare rutiner för överlämningar mellan stadierna
och en gemensam bild av vad elevhälsan ska göra på skolnivå.

[^1]: Tiden räknas från det att ärendet kom in till dess att utredningen var klar.

### Språklig sårbarhet

Av ärendena gällde {n} språklig sårbarhet. De vanligaste frågorna var:

1. läs- och skrivsvårigheter,
2. språkstörning,
3. studiehandledning på modersmålet.

Läs mer i [Skolverkets stödmaterial](https://www.skolverket.se/regler-och-ansvar/elevhalsa)
eller hoppa till [kapitlet om rapporten](about.qmd).
"""

WIDE = """| Språk | Elever | Flickor | Pojkar | På plats | På distans | Andel av alla elever, % |
|:--|--:|--:|--:|--:|--:|--:|
| Arabiska | 214 | 101 | 113 | 180 | 34 | 19,4 |
| Finska, nationellt minoritetsspråk | 188 | 97 | 91 | 120 | 68 | 17,0 |
| Meänkieli, nationellt minoritetsspråk | 41 | 22 | 19 | 12 | 29 | 3,7 |
| Somaliska | 132 | 60 | 72 | 101 | 31 | 12,0 |
| Övriga språk | 529 | 270 | 259 | 377 | 152 | 47,9 |
| **Alla** | **1 104** | **550** | **554** | **790** | **314** | **100,0** |

: **Nästan tre av tio elever läser på distans.** Elever i modersmålsundervisning, läsåret 2020/21, n = 1 104. {#tbl-mother-tongue}

::: {.source}
Källa: enheten för modersmål.
:::
"""

AREAS = """| Vad | Därför | Så följs det upp |
|:----------------|:------------------------------|:----------------------|
| Tidiga insatser | Ärendena kommer sent och gäller oftare elever än grupper. | Andelen ärenden på gruppnivå, varje termin. |
| Samverkan | Skolformerna har olika rutiner för överlämning. | Rektorernas enkät. |

: Prioriterade utvecklingsområden. {#tbl-areas}
"""


HOW_TO_READ = """## Så läser du rapporten

::: {.callout-note title="Tecken i tabellerna"}
Två punkter (..) betyder att uppgiften inte redovisas, för att ingen ska kunna känna igen ett barn.
:::
"""

GENDER_CAPTION = "**Pojkar står för 61 procent av ärendena.** Ärenden på individnivå per område, n = 182."
GENDER_ALT = "Liggande staplar: 62 ärenden i Höb, 71 i Srg och 49 i Bcn. Siffrorna finns i Tabell 2.1."
OWN_OPTIONS = """#| label: fig-own
#| fig-cap: Ärenden per nivå, läsåret 2020/21.
#| fig-alt: Liggande staplar per nivå."""

MOTHER_TONGUE = """# Modersmål och studiehandledning {#sec-mother-tongue}

::: {.lead}
Nästan tre av tio elever läser modersmål på distans.
:::
"""

TOO_SMALL = "::: {.too-small}\nI två språk är grupperna så små att uppgifterna inte redovisas.\n:::"

ABOUT = """# Om rapporten {#sec-about}

Rapporten bygger på kommunens register. Bråket $\\frac{a}{b}$ är andelen. Se @sec-who.

## Källor {#sec-sources}
"""


def chart(values: dict[str, float]) -> str:
    """A bar chart as SVG text, the same bytes every time."""
    with matplotlib.rc_context({"svg.hashsalt": "sqa", "svg.fonttype": "path", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(6.3, 2.4), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh(list(values), list(values.values()), color="#1d4e6b")
        axes.bar_label(bars, padding=4)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.xaxis.set_visible(False)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def markdown_output(text: str) -> nbformat.NotebookNode:
    return new_code_cell("section.show()", outputs=[new_output("display_data", {"text/markdown": text})])


def figure_output(label: str, caption: str, alt: str, values: dict[str, float]) -> nbformat.NotebookNode:
    about = {"sqa": {"label": label, "caption": caption, "alt": alt}}
    data = {"image/svg+xml": chart(values), "text/plain": "<Figure>"}
    return new_code_cell("section.figure()", outputs=[new_output("display_data", data, metadata=about)])


def own_figure(options: str, values: dict[str, float]) -> nbformat.NotebookNode:
    """An analyst's own cell: Quarto's cell options instead of the section library's metadata."""
    return new_code_cell(options + "\nax.barh(...)", outputs=[new_output("display_data", {"image/svg+xml": chart(values)})])


def notebooks() -> dict[str, nbformat.NotebookNode]:
    """Section name → executed notebook."""
    parameters = new_code_cell("unit = 'lulea'", metadata={"tags": ["parameters"]})
    injected = new_code_cell(
        "unit = 'x'", metadata={"tags": ["injected-parameters"]}, outputs=[new_output("stream", text="HEMLIGT")]
    )
    noise = new_code_cell(
        "print(1)", outputs=[new_output("stream", text="BRUS\n"), new_output("stream", name="stderr", text="VARNING")]
    )
    areas = {"Höb": 62, "Srg": 71, "Bcn": 49}
    text = LONG_TEXT.replace("{n}", "färre än fem")
    cells = {
        "summary": [
            *(parameters, injected, noise, new_markdown_cell(SUMMARY)),
            *(markdown_output(KEY_FIGURES), markdown_output(CONCLUSIONS), new_markdown_cell(HOW_TO_READ)),
        ],
        "health": [
            new_markdown_cell(HEALTH),
            figure_output("fig-gender", GENDER_CAPTION, GENDER_ALT, areas),
            markdown_output('::: {.source}\nKälla: kommunens "ärenderegister".\n:::'),
            *(markdown_output(TABLE), markdown_output(BULLET_FIGURES), markdown_output(text)),
            own_figure(OWN_OPTIONS, {"Individ": 182, "Grupp": 97, "Skola": 76}),
            markdown_output(CONCLUSIONS),
        ],
        "mother-tongue": [
            *(new_markdown_cell(MOTHER_TONGUE), markdown_output(WIDE), markdown_output(text)),
            *(markdown_output(TOO_SMALL), markdown_output(CONCLUSIONS)),
            *(new_markdown_cell("## Prioriterade områden\n\nSe @tbl-areas."), markdown_output(AREAS)),
        ],
        "about": [new_markdown_cell(ABOUT), markdown_output(text)],
    }
    return {name: new_notebook(cells=content) for name, content in cells.items()}


TITLES = {"summary": "Det viktigaste i korthet", "health": "Ärenden", "mother-tongue": "Modersmål", "about": "Om rapporten"}
PARTS = {"health": "Elevhälsa", "about": "Om rapporten"}


def write_book(folder: Path, extra: tuple[Chapter, ...] = ()) -> Book:
    """The sample book with its notebooks in `folder/notebooks` and its project in `folder/books/lulea`."""
    chapters = []
    (folder / "notebooks").mkdir(parents=True, exist_ok=True)
    for name, notebook in notebooks().items():
        path = folder / "notebooks" / f"{name}.ipynb"
        for number, cell in enumerate(notebook.cells):
            cell.id = f"cell-{number}"
        nbformat.write(notebook, path)
        chapters.append(Chapter(name, path, TITLES[name], PARTS.get(name, "")))
    return Book(
        folder=folder / "books" / "lulea",
        slug="lulea",
        title="Kvalitetsrapport",
        unit_name="Luleå kommun",
        authority="Luleå kommun",
        school_year="2020/21",
        date=datetime.date(2021, 10, 15),
        is_synthetic=True,
        design=Design(),
        chapters=(*chapters, *extra),
    )
