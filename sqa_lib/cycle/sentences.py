"""The sentences of development areas: texts with references to published figures, as units' own texts are.

A figure without a school year is of the area's own: what was promised goes on saying what was known then. In a conclusion, which
is written a year later, it is of the year that follows.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

from sqa_lib.cycle.areas import FILE, SENTENCES, Area, read_all
from sqa_lib.markdown import plain
from sqa_lib.published import Published
from sqa_lib.report import Report, ReportError
from sqa_lib.texts.files import WrittenText, read_texts
from sqa_lib.texts.references import filled
from sqa_lib.texts.vocabulary import Figures
from sqa_lib.units import Unit, UnitTree
from sqa_lib.words import next_year
from sqa_lib.yaml_loader import Loader


def told(area: Area, unit: Unit, published: Published) -> Area:
    """The area with the references in its sentences replaced by figures; raises TextError at the first that can't be used."""
    place = f"{FILE}: unit {unit.code}: area {plain(area.name)}"

    def fill(key: str, sentence: str) -> str:
        names = Figures(published, unit, _year_of(key, area.school_year)).for_texts
        return filled(sentence, names, f"{place}: `{key}`", first_line=0)

    return area.with_sentences(fill)


def _year_of(key: str, school_year: str) -> str:
    return next_year(school_year) if key == "conclusions" else school_year


def all_texts(report: Report, root: Path, tree: UnitTree) -> list[WrittenText]:
    """The units' own texts, and the sentences of their development areas (none where the file has mistakes)."""
    folder = root / report.folder
    shown = {section.notebook for section in report.sections}
    areas = [text for text in written_in(folder / FILE) if text.unit in tree and text.section in shown]
    return read_texts(folder, report.authority.code) + areas


def written_in(path: Path) -> list[WrittenText]:
    """Every sentence of the file as a text of its own, blank up to the line that it stands on; [] without file, and for one that
    can't be read (`sqa_lib.cycle.areas.mistakes` says why)."""
    try:
        if not read_all(path):
            return []
    except ReportError:
        return []
    found = yaml.compose(path.read_bytes(), Loader=Loader)
    areas = [(unit, dict(_pairs(area))) for unit, listed in _pairs(found) for area in listed.value if listed.value]
    return [text for unit, area in areas for text in _texts(path.name, unit, area)]


def _texts(file: str, unit: str, area: dict[str, yaml.Node]) -> Iterator[WrittenText]:
    for key, value in area.items():
        if key in SENTENCES:
            for sentence in _sentences(key, value):
                content = "\n" * sentence.start_mark.line + sentence.value
                yield WrittenText(file, unit, content, _year_of(key, area["school_year"].value))


def _sentences(key: str, node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if key == "measures":
        yield from (dict(_pairs(measure))["what"] for measure in node.value)
    elif key == "expected_effects":
        yield from (sentence for _, term in _pairs(node) for sentence in term.value)
    else:
        yield from node.value


def _pairs(node: yaml.Node) -> Iterator[tuple[str, yaml.Node]]:
    """A mapping's keys and values, those that it merges (`<<`) among them."""
    if isinstance(node, yaml.MappingNode):
        yaml.SafeLoader("").flatten_mapping(node)
        yield from ((key.value, value) for key, value in node.value)
