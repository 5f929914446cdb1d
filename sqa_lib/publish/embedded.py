"""The embedded publisher: Pandoc and Typst from their wheels, no network, nothing installed beside Python."""

from collections.abc import Collection
from pathlib import Path

from sqa_lib.publish.manuscript import manuscript
from sqa_lib.publish.pages import html_files
from sqa_lib.publish.pdf import pdf
from sqa_lib.publish.project import Project, read_project, write_folder


def render(folder: Path, formats: Collection[str]) -> list[Path]:
    """Render the project in `folder` to its `_book`: `index.html` and `<slug>.pdf`, those that were asked for."""
    project = read_project(folder)
    text = manuscript(project, formats)
    pdf_name = f"{project.slug}.pdf" if "pdf" in formats else ""
    files = {}
    if "html" in formats:
        files |= _media(project) | html_files(project, text, pdf_name)
    if "pdf" in formats:
        files[pdf_name] = pdf(project, text)
    write_folder(folder / "_book", files)
    return [folder / "_book" / name for name in ("index.html", pdf_name) if name in files]


def _media(project: Project) -> dict[str, bytes]:
    found = sorted(path for path in (project.folder / "media").rglob("*") if path.is_file())
    return {path.relative_to(project.folder).as_posix(): path.read_bytes() for path in found}
