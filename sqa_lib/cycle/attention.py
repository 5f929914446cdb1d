"""What time asks of who makes a report: texts to be read again, years beside other years' figures, what is due, rows that were
corrected."""

from collections.abc import Iterator
from pathlib import Path

from sqa_lib.cycle.areas import FILE, Area, read_all
from sqa_lib.cycle.due import due
from sqa_lib.cycle.follows import changed_rows
from sqa_lib.cycle.last_year import unread
from sqa_lib.cycle.sentences import all_texts
from sqa_lib.published import Published
from sqa_lib.report import Report, ReportError
from sqa_lib.sources.check import Input
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.times import misdated
from sqa_lib.texts.years import years_in
from sqa_lib.units import UnitTree


def attention(report: Report, data: Input, tree: UnitTree, root: Path, published: Published | None) -> Iterator[str]:
    """A line for each. published: the report's figures where they are up to date."""
    folder = root / report.folder
    yield from unread(folder)
    for text in [*all_texts(report, root, tree), *_labels(report, root)]:
        yield from map(str, misdated(text, report.school_year))
    yield from _title(report)
    yield from due(_areas(folder / FILE), report, published)
    yield from changed_rows(report, data, root)


def _areas(path: Path) -> dict[str, list[Area]]:
    """None where there is a mistake in the file, which is told by itself."""
    try:
        return read_all(path)
    except ReportError:
        return {}


def _labels(report: Report, root: Path) -> Iterator[WrittenText]:
    """A key figure and its label, as a card shows them, on the label's line of the parameters."""
    path = root / "params" / f"{report.name}.yml"
    lines = path.read_text(encoding="utf-8-sig").splitlines() if path.is_file() else []
    for figure in report.key_figures:
        before = next((i for i, line in enumerate(lines) if figure.label in line), 0)
        said = f"{{{{ v('{figure.statistic}') }}}} {figure.label}"
        yield WrittenText(path.name, report.authority.code, "\n" * before + said)


def _title(report: Report) -> Iterator[str]:
    for year in years_in(report.title):
        if report.school_year not in year.means:
            yield f"{report.name}.yml: the title says “{year.typed}”, and the report is of {report.school_year}"
