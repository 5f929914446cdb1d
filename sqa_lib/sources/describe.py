"""`data/README.md`: every dataset with its columns, types and allowed values, written from `DATASETS` and the codebook."""

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.marks import Mark
from sqa_lib.sources.datasets import DATASETS, Column, Dataset, Form
from sqa_lib.sources.skolverket.measures import MEASURES

_INTRODUCTION = """\
# The data of a report

> **`data/lulea-2020-21/` and `data/stockholm-2024-25/` are synthetic.** Schools, pupils, cases, plans, answers and staff are
> invented and drawn from fixed seeds by `sqa_lib.demo`, so that the totals resemble those of two printed reports. No row
> describes a real child, employee or school; codes of units begin with 9900 and 9901. `sqa demo-data` and
> `sqa demo-data --report stockholm-2024-25` write the same files again, byte for byte.

A report is made from one folder, named by the key `data` in `params/<report>.yml`. It holds one file per dataset that the report
names and, if you like, what the units say themselves, [texts](#texts) and [development areas](#development-areas), the answers to
what is odd (`accepted.yml`) and claims. Two reports with the same `data` (a corrected version beside the first) share all of it.
A report that is about something else of the same data names a folder of its own for its texts, areas and claims, under the key
`written`. What lies in a folder of a report's own name though it reads another is read by nobody: `sqa check` and the build tell.

## Bring your own data

1. Make a folder `data/<report>/` and put one file per dataset in it, named as below: `elever.csv`, `elever.xlsx` or
   `elever.parquet`. Only `skolenheter` must be there; what has no dataset can't be reported.
2. Give the columns the headers below, in any order, and write the words under *Allowed*; capital or small letters are the same.
   A column that is not *Required* may be left out.
3. Set `data: data/<report>` in the report's parameters, and under `datasets` the names (*In Python*) of those that the report
   shall read; without that key all are looked for. Run `sqa check <report>`. It lists every row that can't be used, with file,
   row, column, value and what is allowed, and writes the rows it left out to `output/<report>/rejected/`.
4. The next year, `sqa new year <report>` makes the new folder, with the rows that there are, and names this report under
   `follows`. Rows of earlier years that are corrected afterwards in one of the two folders only are counted by `sqa check`.

### Rows that are rejected

No books are made of a school year that rows are rejected of, unless `sqa build` is told `--despite-rejected`; then the chapter
*Om rapporten* names the datasets. A row counts as one of the school year that it says, whatever else is wrong with it:

| rejected row | books of the school year |
|---|---|
| of that year | not without `--despite-rejected` |
| that says no school year that can be read | the same: it may be of that year |
| of the register of units, or of a file that lacks a column or can't be read | the same: it is of every year |
| of a calendar year (`avvikelser`) | of the school year that begins in it |
| of another school year | are made; that year's figures are written with *minst*, and no change is reckoned from them |
| that only repeats another row | as any other of its year: take it away |

A row with a mark in a number's place (below) is not rejected and stops nothing: its figures say that something is missing.

Never put names, personal identity numbers or other identifiers in the files: a serial number from the export is enough.
Files with real pupils belong on your own machine, not in version control.

## How values are written

| what | how |
|---|---|
| CSV | semicolon between cells; UTF-8 with or without byte-order mark, or Windows-1252 |
| XLSX | the first sheet, headers in row 1; numbers and dates as ordinary Excel cells |
| decimal comma | `0,5`; thousands may be parted by a space |
| dates | `2020-09-14` |
| school year | `2020/21`, from 1 August to 31 July |
| yes and no | `Ja`, `Nej` |
| several values in one cell | parted by a bar: `Psykolog\\|Kurator` |
| an empty cell | the value is missing; allowed where *Required* says no |
"""

_OWN_WORDS = """\
## Texts

`texts/<unit>/<section>.md` is what a unit says itself in a section, in Markdown (UTF-8); optional. `<unit>` is the code of a
school unit, of an area in small letters without dots (`hob` for HÖB) or of the authority (`authority: code` in the report's
parameters); `<section>` is the section's name in the parameters, such as `attendance`. Everything before the heading
`## Slutsats` is printed as it stands, after the figures, with headings from `##` down. The bullets after it are the conclusions:
they are shown in a box, and the analysis gathers those of all sections by theme. `texts/<section>.md`, without a unit's folder,
is printed before that in the books of all units, with each unit's own figures; it draws no conclusions.

A conclusion belongs to its section's theme unless it begins with another's name in brackets (`- [Närvaro] …`); the themes are
those of `sqa_lib/report.py` (`THEMES`), or the report's own:

```yaml
themes:      # in params/<report>.yml, of sections or notebooks; what none names comes under "Övergripande"
  - {name: Lärande, sections: [mother-tongue, newly-arrived]}
  - {name: Närvaro, sections: [attendance]}
```

A figure is not typed but referred to: `{{ v('absence') }}` becomes the unit's published figure, and words such as
*ett ej redovisat värde* where it is withheld. [docs/texts.md](../docs/texts.md) says what may be written; `sqa check` tells
references that are wrong and numbers typed by hand.

Texts in `last_year/` are those of the report before, as `sqa new year` took them along. They are in no book until somebody has
read them and moved them to `texts/`; `sqa check` lists those that wait.

```markdown
Vi har under året arbetat med skoldagens rytm. Frånvaron var {{ v('absence') }}.

## Slutsats

- Närvaroarbetet behöver börja i undervisningen och gälla alla elever.
```

## Development areas

`development_areas.yml` holds the prioritised development areas of each unit (prioriterade utvecklingsområden); optional. Under
the unit's code stands a list of areas, each with a `name`, the `school_year` of the report in which it was decided and, as far as
you like, the keys below. What a report decides is shown in its section on development areas; what last year's report decided is
shown near its front, with the outcome. `sqa check` lists every mistake with unit, area and key, and what is due: measures whose
time is over without an outcome, areas of last year without conclusions, targets that are due and that the figures can't tell of,
and areas that have no measure left. `sqa new year` carries an area on while a measure or a target lies ahead, and tells what it
leaves behind.

```yaml
lulea:
  - name: Främjande och förebyggande arbete
    school_year: 2020/21
    school_form: compulsory
    carried_from: 2019/20
    why:
      - Hälsa och lärande hör ihop.
    governing_documents:
      - Skollagen (2010:800), 2 kap. 25–28 §§.
    expected_effects:
      short_term:
        - Elevhälsan kommer tidigt in i skolornas arbete.
      long_term:
        - Fler elever har arbetsro.
    conditions:
      - Avdelningschefen leder arbetet.
    measures:
      - what: Skolorna får handledning i att planera för arbetsro.
        responsible: elevhälsochefen
        from: 2021-08-16
        until: 2022-06-10
        term: short
        status: ongoing
    follow_up:
      - Arbetet följs upp i februari.
    evaluation:
      - Arbetet utvärderas i maj och juni.
    research:
      - Skolverkets och Socialstyrelsens Vägledning för elevhälsan.
    indicators:
      - name: Elever i årskurs 7 som har arbetsro
        statistic: survey
        codes: {survey_item: work_peace, survey_year: "7"}
        baseline: 2018/19
        target: {at_least: 75}
        date: 2022-06-10
    conclusions:
      - Arbetsron har blivit bättre, men målet är inte nått.
```

| key | answers |
|---|---|
| `school_form` | which school form the area concerns; without it all. A section about other school forms does not show it |
| `carried_from` | the school year of the area that this one goes on from |
| `why` | why the area is prioritised |
| `governing_documents` | which laws and plans apply |
| `expected_effects` | which effects are expected: `short_term`, `long_term` |
| `conditions` | who, what and how |
| `measures` | what will be done, see below |
| `follow_up` | how it is followed up in February |
| `evaluation` | how it is evaluated in May and June |
| `research` | how it rests on research and proven experience |
| `indicators` | which published figures tell whether it has effect: see below |
| `conclusions` | what was concluded when it was evaluated |

A measure has `what`, `responsible` (a role, never a person's name), `from` and `until`, `term` (`short` or `long`) and `status`
(`planned`, also when left out; `ongoing`, `done` or `not_done`). One whose `until` lies before the report's date and that is
still planned or ongoing is printed as *skulle vara klar …; utfall saknas*.

An indicator is bound to a statistic, so that no figure is typed. `statistic` and `codes` are those of `s.v(…)` in a notebook;
`baseline` is the school year whose published figure it starts from; `target` is exactly one of `at_least`, `at_most`, `up_by`
and `down_by` (percent and percentage points for shares); `date` is when it shall be reached. Its status (uppnått, på väg, inte
på väg, kan inte avgöras) follows the rule in `sqa_lib/cycle/target.py`, which every book explains.
"""


def describe() -> str:
    """The whole text of `data/README.md`."""
    return "\n".join(
        [_INTRODUCTION, _marks(), _UNITS, "## Datasets\n", *map(_dataset, DATASETS.values()), _national(), _OWN_WORDS]
    )


_MISSING = """\
A number that is not there is never counted as 0. A row with a mark is counted nowhere, as is one that is rejected, and `sqa
check` tells of it. The figures that it belongs to say so: a count is a least ("minst 201"), a share or mean is of what is there
("36 av 37 enheter"), what rests on two datasets of which one has a gap is not told, nor is a change from or to a figure with a
gap. The same goes for a unit without any row in a dataset that *every unit* delivers (noted below), unless it was not open:
`Första läsår` and `Sista läsår` of the school units say so, and a unit that is not open has neither figures nor a book. An
area's or the authority's figure is told where at least half of its units have delivered; `least_coverage: 0.8` in the
parameters asks for more.

What is well formed and hardly true is told by `sqa check` too, and is mended, or answered with `sqa accept`, which keeps who says
so, when and why in `accepted.yml` beside the data (docs/checks.md).
"""


_UNITS = """\
## Units over the years

Schools open, close, move, merge and get other names and codes. `skolenheter` has one row for each span of school years in which
nothing of a unit changed; a unit that never changed has one row, without years.

* A school that **opens** or **closes** has `Första läsår`, or `Sista läsår`, in its row.
* One that gets **another name, area or school form** has `Sista läsår` in its row, and a further row with `Första läsår`.
* One that gets **another code** and is the same school keeps its row, with the new code, and the old one under `Tidigare koder`;
  all rows and earlier releases of the old code are the school's.
* Where a school **takes the place of others** (they merge, one is split), the others' rows stay, with `Sista läsår`, and the
  school's row has `Första läsår`, and their codes under `Ersätter`; a school that goes on under its own code gets a further row.

A report names and places its units as in its school year: an area's figures of earlier years are those of the schools that lie
there now, and of those that closed while they lay there. The chapter about the report tells what became of each unit. No school
that is closed, or not open yet, is counted, listed or compared. A school's figures are not compared across a year in which it
took another's place.

"""


def _marks() -> str:
    marks = (f"| `{mark}` | {mark.explanation} |" for mark in Mark if mark)
    sentence = "Instead of a number a cell may hold a mark, which is kept as the reason why there is none:\n"
    return "\n".join([sentence, *_table("mark", "meaning"), *marks, "", _MISSING])


_EVERY_UNIT = "* **Every unit:** of the school forms concerned has rows each school year; one without any has delivered nothing"


def _dataset(dataset: Dataset) -> str:
    key = ", ".join(dataset.column(name).header for name in dataset.key)
    return "\n".join(
        [
            f"### {dataset.label}: `{dataset.path}`\n",
            f"* **Rows:** {dataset.about}",
            f"* **An authority gets it from:** {dataset.origin}",
            f"* **Occurs once:** {key}",
            *([_EVERY_UNIT] if dataset.every_unit else []),
            *([_form(dataset.form)] if dataset.form else []),
            f"* **In Python:** `{dataset.name}`\n",
            *_table("Header", "In Python", "Type", "Required", "Allowed", "Meaning"),
            *map(_column, dataset.columns),
            "",
        ]
    )


def _form(form: Form) -> str:
    return (
        f"* **May also be:** forms in `{form.folder}/`, as `.xlsx` (the sheet `{form.rows}`) or `.yml`, which have every column; "
        "all rows together are one dataset: [docs/reviews.md](../docs/reviews.md)"
    )


def _table(*heads: str) -> list[str]:
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]


def _column(column: Column) -> str:
    required = "yes" if column.is_required else "no"
    cells = (column.header, f"`{column.name}`", _TYPES[column.kind], required, _allowed(column), column.about.replace("|", r"\|"))
    return f"| {' | '.join(cells)} |"


_TYPES = {
    "id": "text",
    "unit": "code of a unit",
    "units": "codes of units",
    "area": "text",
    "text": "text",
    "integer": "whole number",
    "number": "number",
    "date": "date",
    "boolean": "yes or no",
    "code": "word",
    "codes": "words",
}


def _allowed(column: Column) -> str:
    match column.kind:
        case "code" | "codes":
            return ", ".join(f"`{code.source}`" for code in DIMENSIONS[column.dimension].codes)
        case "boolean":
            return "`Ja`, `Nej`"
        case "integer" | "number":
            limits = (("from", column.minimum), ("to", column.maximum))
            return " ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)
        case "date":
            return "within the row's school year" if column.in_school_year else "any day"
        case "unit":
            return "a code in `skolenheter`"
        case _:
            return "any"


def _national() -> str:
    surveys = sum(measure.is_from_survey for measure in MEASURES)
    return f"""\
## National indicators: `underlag_for_analys.xlsx`

Skolverket's table "Underlag för analys för grundskola", as its statistics database exports it; optional. An authority downloads
it from Skolverket's website. Row 3 says whom a column is about (`RIKET: TOTALT`, `NAME (organisation number): HUVUDMAN` or
`NAME (organisation number): UNIT (code)`) and row 4 the school year. Then follows one measure a row, {len(MEASURES)} in all,
of which {surveys} are from Skolinspektionen's survey and marked with `*`, and footnotes below. A cell is a number or a mark.
The file in `data/lulea-2020-21/` only has that shape: all its values, authorities and schools are synthetic.
"""
