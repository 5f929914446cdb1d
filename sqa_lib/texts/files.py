"""What is written: `texts/<unit>/<section>.md` in a report's data folder, and `texts/<section>.md` for the books of all units."""

from dataclasses import dataclass
from pathlib import Path

from sqa_lib.texts.pictures import wrong_pictures
from sqa_lib.texts.references import Mistake, TextError
from sqa_lib.texts.written import read_written


@dataclass(frozen=True)
class WrittenText:
    """A text as a unit wrote it, or the authority for all units. file: its path from the report's data folder. school_year: what
    its figures are of where it names none; "" for the report's.
    unreadable: why its file, taken as empty, can't be read. mistakes: pictures that can't be used."""

    file: str
    unit: str
    content: str
    school_year: str = ""
    unreadable: str = ""
    mistakes: tuple[Mistake, ...] = ()

    @property
    def section(self) -> str:
        """The section that the text belongs to; of an area in `development_areas.yml` the notebook, `development-areas`."""
        return Path(self.file).stem.replace("_", "-")

    @property
    def is_of_area(self) -> bool:
        """Whether it is a sentence of a development area, which any section of its notebook may show."""
        return Path(self.file).suffix == ".yml"

    @property
    def is_shared(self) -> bool:
        """Whether it stands in the books of all units."""
        return Path(self.file).parent == Path("texts")


def text_files(folder: Path) -> list[Path]:
    """The files of texts in a folder, from there: those for all units, then the units'."""
    return [path.relative_to(folder) for pattern in ("*.md", "*/*.md") for path in sorted(folder.glob(pattern))]


def read_texts(folder: Path, authority: str) -> list[WrittenText]:
    """All texts under the folder; those for all units' books are the authority's."""
    files = [Path("texts") / file for file in text_files(folder / "texts")]
    return [_read(folder, file, authority if file.parent == Path("texts") else file.parent.name) for file in files]


def _read(folder: Path, file: Path, unit: str) -> WrittenText:
    """One that can't be read stops no other."""
    try:
        content = read_written(folder, file.as_posix())
        wrong = tuple(wrong_pictures(content, folder, file.as_posix()))
        return WrittenText(file.as_posix(), unit, content, mistakes=wrong)
    except TextError as error:
        return WrittenText(file.as_posix(), unit, "", unreadable=str(error).removeprefix(f"{file.as_posix()}: "))
