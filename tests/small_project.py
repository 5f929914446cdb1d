"""Whole projects small enough to run in a test: four schools in two areas, two of them too small to be shown, and notebooks; and
a city with compulsory and upper-secondary schools, whose two departments have the same notebooks."""

import shutil
from pathlib import Path

import nbformat
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = {
    "title": "Kvalitetsrapport",
    "authority": {"code": "lavheden", "name": "Lavhedens kommun"},
    "school_year": "2020/21",
    "date": "2021-10-15",
    "data": "data/small",
    "sections": ["pupils"],
}
SCHOOLS = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn;Närvaroprojekt
99000001;Granskolan;Grundskola;NORR;Norra;Ja
99000002;Tallskolan;Grundskola;NORR;Norra;Nej
99000003;Enskolan;Grundskola;SÖDER;Södra;Nej
99000004;Videskolan;Grundskola;NORR;Norra;Nej
"""
PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2019/20;99000001;4;Flicka;30
2020/21;99000001;4;Flicka;31
2020/21;99000001;4;Pojke;22
2020/21;99000002;4;Flicka;3
2020/21;99000003;7;Pojke;40
2020/21;99000004;4;Flicka;4
"""
SHOW_PUPILS = (
    "from sqa_lib.section import Section\ns = Section('pupils', report, unit, school_year)",
    "s.lead('{{ units }} skola har {{ v(\"pupils\") }}.')",
)
DECLARED = 'report = "small"\nunit = "lavheden"\nschool_year = "2020/21"'
CITY_SCHOOLS = """Skolenhetskod;Skolenhet;Skolform;Skolområde;Områdesnamn
99000001;Granskolan;Grundskola;NORR;Norra
99000002;Tallskolan;Grundskola;NORR;Norra
99000003;Enskolan;Grundskola;SÖDER;Södra
99000005;Lärkgymnasiet;Gymnasieskola;NORR;Norra
99000006;Sparvgymnasiet;Gymnasieskola;STAD;Staden
99000007;Trastgymnasiet;Gymnasieskola;STAD;Staden
"""
CITY_PUPILS = """Läsår;Skolenhetskod;Årskurs;Kön;Antal
2020/21;99000001;4;Flicka;31
2020/21;99000001;4;Pojke;32
2020/21;99000002;4;Flicka;41
2020/21;99000003;7;Pojke;51
2020/21;99000005;;Flicka;120
2020/21;99000005;;Pojke;130
2020/21;99000006;;Flicka;240
2020/21;99000007;;Pojke;170
"""
CITY_SECTIONS = [
    "summary",
    {
        "name": "access-compulsory", "notebook": "access", "part": "Grundskolan",
        "parameters": {"statistic": "pupils"}, "school_forms": ["compulsory"],
    },
    {
        "name": "access-upper-secondary", "notebook": "access", "part": "Gymnasieskolan",
        "parameters": {"statistic": "upper_secondary_pupils"}, "school_forms": ["upper_secondary"],
    },
    {
        "name": "priorities-compulsory", "notebook": "development-areas", "part": "Prioriteringar",
        "school_forms": ["compulsory"],
    },
    {"name": "priorities-upper-secondary", "notebook": "development-areas", "school_forms": ["upper_secondary"]},
    {"name": "analysis", "part": "Om rapporten"},
    "method",
    "about",
]  # fmt: skip
CITY_KEY_FIGURES = [
    {"label": "elever i grundskolan", "statistic": "pupils", "section": "access-compulsory"},
    {"label": "elever i gymnasieskolan", "statistic": "upper_secondary_pupils", "section": "access-upper-secondary"},
    {"label": "flickor i grundskolan", "statistic": "pupils", "codes": {"gender": "girl"}, "levels": ["municipality"]},
]
SHOW_ACCESS = (
    "from sqa_lib.section import Section\ns = Section(section, report, unit, school_year)",
    "s.lead('Här går {{ enrolled() }}.')",
    "s.bars('schools', statistic, 'schools', about='Elever per skola, {{ unit }}')",
    "s.conclusions()",
)
OF_REPORTS = Path(__file__).parents[1] / "notebooks"
"""The notebooks of the demo's reports."""
PYTHON3 = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}


def write_project(root: Path, **parameters: object) -> Path:
    """The project's folder, whose report `small` has these parameters besides `PARAMETERS`."""
    write(root / "params" / "small.yml", yaml.safe_dump(PARAMETERS | parameters, allow_unicode=True, sort_keys=False))
    write(root / "data" / "small" / "skolenheter.csv", SCHOOLS)
    write(root / "data" / "small" / "elever.csv", PUPILS)
    write_notebook(root, "01-pupils", *SHOW_PUPILS)
    return root


def write_city(root: Path, **parameters: object) -> Path:
    """The project's folder, whose report `small` is of a city; all its notebooks but `access` are the demo's."""
    own = {"datasets": ["school_units", "enrolment"], "sections": CITY_SECTIONS, "key_figures": CITY_KEY_FIGURES}
    write(root / "params" / "small.yml", yaml.safe_dump(PARAMETERS | own | parameters, allow_unicode=True, sort_keys=False))
    write(root / "data" / "small" / "skolenheter.csv", CITY_SCHOOLS)
    write(root / "data" / "small" / "elever.csv", CITY_PUPILS)
    write_notebook(root, "30-access", *SHOW_ACCESS, declared=f'{DECLARED}\nsection = "access"\nstatistic = "pupils"')
    for name in ("01-summary", "16-analysis", "17-development-areas", "18-about", "20-method"):
        shutil.copyfile(OF_REPORTS / f"{name}.ipynb", root / "notebooks" / f"{name}.ipynb")
    return root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_notebook(root: Path, name: str, *cells: str, declared: str = DECLARED) -> Path:
    """A notebook with a heading, its parameters and the code cells."""
    section = name.split("-", 1)[1]
    parameters = new_code_cell(declared, metadata={"tags": ["parameters"]})
    heading = new_markdown_cell(f"# {section.capitalize()} {{#sec-{section}}}")
    path = root / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[heading, parameters, *map(new_code_cell, cells)], metadata=PYTHON3), path)
    return path
