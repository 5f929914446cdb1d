"""The HTML book: one page a chapter, with contents, search and the style sheet beside them; no network, no server."""

import html
import json
import re
from dataclasses import dataclass
from datetime import date as Date
from itertools import pairwise

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sqa_lib.publish import security, theme
from sqa_lib.publish.manuscript import ChapterText, Heading, Manuscript
from sqa_lib.publish.project import SYNTHETIC_NOTICE, Project
from sqa_lib.words import day

ENVIRONMENT = Environment(
    loader=FileSystemLoader(theme.TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
DESCRIPTION_LENGTH = 155
ENVIRONMENT.globals |= {"theme_script": Markup(security.THEME_SCRIPT), "security_policy": security.POLICY}


@dataclass(frozen=True)
class Page:
    """What the template knows of a chapter. opens: begins another part (or ends the last one)."""

    href: str
    title: str
    number: str
    part: str
    opens: bool
    headings: tuple[Heading, ...]
    html: str
    description: str


def html_files(project: Project, manuscript: Manuscript, pdf: str) -> dict[str, bytes]:
    """Every file of the HTML book but its media: path → content. pdf: the file to link to, or empty."""
    pages = [_page(chapter, before, project) for before, chapter in pairwise([None, *manuscript.chapters])]
    template = ENVIRONMENT.get_template("page.html.j2")
    shared = {
        "book": project,
        "pages": pages,
        "pdf": pdf,
        "date": day(Date.fromisoformat(project.date)),
        "corrected": day(Date.fromisoformat(project.corrected)) if project.corrected else "",
        "notice": SYNTHETIC_NOTICE if project.is_synthetic else "",
    }
    neighbours = pairwise([None, *pages, None])
    turns = [(before, after) for (before, _), (_, after) in pairwise(neighbours)]
    files = {
        page.href: template.render(chapter=page, previous=before, next=after, **shared).encode()
        for page, (before, after) in zip(pages, turns, strict=True)
    }
    entries = [entry for chapter in manuscript.chapters for entry in search_entries(chapter)]
    index = f"window.SQA_INDEX = {json.dumps(entries, ensure_ascii=False, separators=(',', ':'))};\n"
    return files | {"assets/search.js": index.encode()} | theme.assets(project.design)


def _page(chapter: ChapterText, before: ChapterText | None, project: Project) -> Page:
    part = project.parts.get(chapter.file, "")
    return Page(
        href=href(chapter),
        title=chapter.title,
        number=chapter.number,
        part=part,
        opens=before is not None and part != project.parts.get(before.file, ""),
        headings=tuple(h for h in chapter.headings if 2 <= h.level <= 3),
        html=chapter.html,
        description=_description(chapter, project),
    )


def href(chapter: ChapterText) -> str:
    return chapter.file.removesuffix(".qmd") + ".html"


def _description(chapter: ChapterText, project: Project) -> str:
    """The chapter's first sentences, as search engines and shared links show them."""
    paragraph = re.search(r"<p>(.*?)</p>", chapter.html, flags=re.DOTALL)
    text = _text(paragraph[1]) if paragraph else f"{chapter.title}. {project.title} för {project.unit}."
    return text if len(text) <= DESCRIPTION_LENGTH else text[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + " …"


def search_entries(chapter: ChapterText) -> list[tuple[str, str, str, str]]:
    """One entry a section: address, heading, chapter, text."""
    titles = {heading.id: heading.title for heading in chapter.headings}
    sections = re.split(r'(?=<h[1-6][^>]* id=")', chapter.html)
    entries = []
    for section in sections:
        heading = re.match(r'<h(\d)[^>]* id="([^"]*)".*?</h\1>', section, flags=re.DOTALL)
        if heading:
            anchor = "" if heading[1] == "1" else f"#{heading[2]}"
            text = _text(section[heading.end() :])
            entries.append((href(chapter) + anchor, titles.get(heading[2], chapter.title), chapter.title, text))
    return entries


def _text(fragment: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", fragment)).split()).replace(" .", ".").replace(" ,", ",")
