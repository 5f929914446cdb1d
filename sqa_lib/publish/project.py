"""A book as an ordinary Quarto book project: `_quarto.yml`, one `.qmd` a chapter, `media/`. Both publishers read nothing else."""

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate, groupby
from pathlib import Path

import yaml

from sqa_lib.markdown import literal, plain
from sqa_lib.publish.book import Book, Chapter, PublishError
from sqa_lib.publish.chapters import page
from sqa_lib.publish.definitions import without_unused
from sqa_lib.publish.security import QUARTO_POLICY
from sqa_lib.publish.theme import stylesheet
from sqa_lib.report import Design, project_root
from sqa_lib.yaml_loader import read_yaml

SYNTHETIC_NOTICE = (
    "Påhittade uppgifter. Siffrorna är skapade för att visa hur rapporten fungerar. "
    "De beskriver ingen verklig skola, elev eller anställd."
)


def write_project(book: Book) -> Path:
    """Write the project in `book.folder`, whole or not at all; files of an earlier one are gone."""
    write_folder(book.folder, project_files(book))
    return book.folder


def project_files(book: Book) -> dict[str, bytes]:
    """Every file of the project: path relative to the folder → content."""
    if not book.chapters:
        raise PublishError(f"{book.slug}: a book needs at least one chapter")
    files: dict[str, bytes] = {}
    texts: dict[str, str] = {}
    for name, chapter in zip(chapter_files(book), book.chapters, strict=True):
        content = page(chapter)
        texts[name], media = _unique_media(content.text, content.media, files, chapter)
        files |= {f"media/{media_name}": data for media_name, data in media.items()}
    files |= {name: text.encode() for name, text in without_unused(texts).items()}
    logo = _logo(book.design)
    files |= logo
    files["theme.css"] = stylesheet(book.design, with_layout=False).encode()
    files["_quarto.yml"] = _configuration(book, next(iter(logo), "")).encode()
    return files


def chapter_files(book: Book) -> list[str]:
    """The chapters' file names: the first is the home page."""
    return ["index.qmd", *(f"{chapter.section}.qmd" for chapter in book.chapters[1:])]


def _unique_media(
    text: str, media: Mapping[str, bytes], files: Mapping[str, bytes], chapter: Chapter
) -> tuple[str, dict[str, bytes]]:
    """Two sections may use one file name for two pictures; the later one is renamed."""
    renamed = {}
    for name, data in media.items():
        new = name if files.get(f"media/{name}", data) == data else f"{chapter.section}-{name}"
        text = text.replace(f"](media/{name})", f"](media/{new})")
        renamed[new] = data
    return text, renamed


def _logo(design: Design) -> dict[str, bytes]:
    if not design.logo:
        return {}
    path = project_root() / design.logo
    if not path.is_file():
        raise PublishError(f"design.logo {design.logo}: no such file in the project")
    return {f"media/logo{path.suffix.lower()}": path.read_bytes()}


def _configuration(book: Book, logo: str) -> str:
    synthetic = " (påhittade uppgifter)" if book.is_synthetic else ""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{QUARTO_POLICY}">'
    html: dict = {
        "theme": "cosmo", "css": "theme.css", "toc": True, "toc-depth": 3, "html-math-method": "mathml",
        "include-in-header": {"text": policy},
    }  # fmt: skip
    if book.is_synthetic:
        html["include-before-body"] = {"text": f'<p class="synthetic">{SYNTHETIC_NOTICE}</p>'}
    content = {
        "project": {"type": "book", "output-dir": "_book"},
        "lang": "sv",
        "book": {
            "title": literal(book.title),
            "subtitle": f"{literal(book.unit_name)}, läsåret {book.school_year}{synthetic}",
            "author": [literal(book.authority)],
            "date": book.date.isoformat(),
            **({"date-modified": book.corrected.isoformat()} if book.corrected else {}),
            "output-file": book.slug,
            "chapters": _contents(book),
        },
        "number-depth": 2,
        "fig-cap-location": "top",
        "tbl-cap-location": "top",
        "execute": {"enabled": False, "echo": False},
        "format": {"html": html, "typst": {"toc": True, "papersize": "a4"}},
        "sqa": {
            "unit": book.unit_name,
            "level": book.level,
            "authority": book.authority,
            "school-year": book.school_year,
            "is-synthetic": book.is_synthetic,
            "primary": book.design.primary,
            "accent": book.design.accent,
            "logo": logo,
        },
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120)


def _contents(book: Book) -> list:
    """Chapters one after the other, those of a part under its name; the home page stands in no part."""
    first, *rest = chapter_files(book)
    parts = accumulate((chapter.part for chapter in book.chapters[1:]), lambda running, part: part or running)
    contents: list = [first]
    for part, group in groupby(zip(rest, parts, strict=True), key=lambda pair: pair[1]):
        names = [name for name, _ in group]
        contents += [{"part": literal(part), "chapters": names}] if part else names
    return contents


@dataclass(frozen=True)
class Project:
    """What `_quarto.yml` says, as the embedded publisher needs it. parts: chapter file → the part it stands in."""

    folder: Path
    title: str
    slug: str
    date: str
    chapters: tuple[str, ...]
    parts: Mapping[str, str]
    unit: str
    authority: str
    school_year: str
    is_synthetic: bool
    design: Design
    logo: str
    corrected: str


def read_project(folder: Path) -> Project:
    """Read a project, our own or one edited by hand; a missing key gets Quarto's or our default."""
    path = folder / "_quarto.yml"
    try:
        content = read_yaml(path.read_bytes())
        book = content["book"]
        chapters, parts = _flat(book["chapters"])
    except OSError as error:
        raise PublishError(f"{folder}: no Quarto project here: {error.strerror}") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise PublishError(f"{path.name}: `book:` with `title:` and `chapters:` expected ({error})") from error
    missing = [name for name in chapters if not (folder / name).is_file()]
    if missing:
        raise PublishError(f"{path.name}: chapters that don't exist: {', '.join(missing)}")
    own = content.get("sqa", {})
    authors = book.get("author", "")
    return Project(
        folder=folder,
        title=plain(book.get("title", folder.name)),
        slug=book.get("output-file", folder.name),
        date=str(book.get("date", "1970-01-01")),
        chapters=tuple(chapters),
        parts=parts,
        unit=own.get("unit", plain(book.get("subtitle", ""))),
        authority=own.get("authority", plain(authors if isinstance(authors, str) else ", ".join(authors))),
        school_year=own.get("school-year", ""),
        is_synthetic=own.get("is-synthetic", False),
        design=Design(**{key: own[key] for key in ("primary", "accent") if key in own}),
        logo=own.get("logo", ""),
        corrected=str(book.get("date-modified", "")),
    )


def _flat(contents: Iterable) -> tuple[list[str], dict[str, str]]:
    chapters: list[str] = []
    parts: dict[str, str] = {}
    for item in contents:
        if isinstance(item, dict):
            parts |= dict.fromkeys(item["chapters"], plain(item["part"]))
            chapters += item["chapters"]
        else:
            chapters.append(item)
    return chapters, parts


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder by these files; a reader sees the old one or the new one, never half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=_scratch_for(folder)) as scratch:
        new, old = Path(scratch) / "new", Path(scratch) / "old"
        for name, data in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)


def _scratch_for(folder: Path) -> Path:
    """The folder of temporary files, in a build one beside what is published; but nothing can be moved from another disk."""
    temporary = Path(tempfile.gettempdir())
    return temporary if temporary.stat().st_dev == folder.parent.stat().st_dev else folder.parent
