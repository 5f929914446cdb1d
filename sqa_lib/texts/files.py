"""The units' own texts as files: `texts/<unit>/<section>.md` in a report's data folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class WrittenText:
    """A text as a unit wrote it. file: its path from the report's data folder. school_year: what its figures are of where it
    names none; "" for the report's."""

    file: str
    unit: str
    content: str
    school_year: str = ""

    @property
    def section(self) -> str:
        """The section that the text belongs to: `development-areas` for `development_areas.yml`."""
        return Path(self.file).stem.replace("_", "-")


def read_texts(folder: Path) -> list[WrittenText]:
    """All units' texts: `texts/<unit>/<section>.md` under the folder."""
    paths = sorted((folder / "texts").glob("*/*.md"))
    return [WrittenText(p.relative_to(folder).as_posix(), p.parent.name, p.read_text(encoding="utf-8-sig")) for p in paths]
