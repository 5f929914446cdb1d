"""An executed notebook as a Quarto chapter: Markdown without code, and the media it shows."""

import re
import warnings
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
import pypandoc
import yaml
from nbconvert.exporters import MarkdownExporter
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from traitlets.config import Config

from sqa_lib.publish.book import Chapter, PublishError, PublishWarning
from sqa_lib.words import NBSP
from sqa_lib.yaml_loader import read_yaml

HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "remove-cell", "hide-cell", "hide-output"})
IMAGES = {"image/svg+xml": "svg", "image/png": "png"}
_CONFIG = Config(
    {
        "MarkdownExporter": {"exclude_input": True, "exclude_raw": True},
        "TagRemovePreprocessor": {"enabled": True, "remove_cell_tags": set(HIDDEN_TAGS)},
        "ExtractOutputPreprocessor": {"enabled": False},
    }
)
_FAILED = """# {title} {{#sec-{section}}}

::: {{.callout-warning title="Avsnittet saknas"}}
Det här avsnittet kunde inte tas fram när rapporten gjordes. De övriga avsnitten påverkas inte.
:::
"""


@dataclass(frozen=True)
class Page:
    """A chapter's Quarto Markdown and its media (file name → bytes)."""

    text: str
    media: Mapping[str, bytes]


def page(chapter: Chapter) -> Page:
    """The chapter as Quarto Markdown; a failed section becomes a page that says so."""
    if chapter.failed or chapter.notebook is None:
        return Page(_FAILED.format(title=_title(chapter), section=chapter.section), {})
    text, resources = _exporter().from_notebook_node(_read(chapter.notebook), {"section": chapter.section})
    titled = _named_after(_with_title(_tidy(_without_empty(text)), chapter), chapter.section)
    return Page(titled, {Path(name).name: data for name, data in resources["outputs"].items()})


@cache
def _exporter() -> MarkdownExporter:
    """One for all chapters: it compiles its templates once."""
    exporter = MarkdownExporter(config=_CONFIG)
    exporter.register_preprocessor(_Outputs, enabled=True)
    return exporter


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError) as error:
        raise PublishError(f"{path.name}: not readable as a notebook: {error}") from error


def _title(chapter: Chapter) -> str:
    """A chapter's title: the one given, else its notebook's first heading, else the section's name."""
    if chapter.title or chapter.notebook is None or not chapter.notebook.is_file():
        return chapter.title or chapter.section
    texts = "\n".join(cell.source for cell in _read(chapter.notebook).cells if cell.cell_type == "markdown")
    heading = re.search(r"^# (.+?)(?: *\{.*\})?$", texts, flags=re.MULTILINE)
    return heading[1] if heading else chapter.section


_PARTED = re.compile(r"(?<=\d) (?=\d{3}(?!\d)|§|kap\.|%)|(?<=,) (?=%)")
_EMPTY = re.compile(
    r"^(#{2,6}) (?!.*\{#).*\n(?:[ \t]*\n)*(?=(?!\1#)#{1,6} |::: \{\.(?:conclusions|figures-used)\}|\Z)", re.MULTILINE
)


def _tidy(text: str) -> str:
    """No line ends within a number or before its sign (`1 000`, `2 kap. 25 §`), and paragraphs are one empty line apart."""
    return re.sub(r"\n{3,}", "\n\n", _PARTED.sub(NBSP, text)).strip() + "\n"


def _without_empty(text: str) -> str:
    """Without the headings below the title that nothing stands under, as where a unit has no figures for what they announce. What
    is of the whole chapter, its conclusions and figures, does not count; a heading with an id stays, as it can be referred to."""
    shorter, count = _EMPTY.subn("", text)
    return _without_empty(shorter) if count else text


def _with_title(text: str, chapter: Chapter) -> str:
    """A chapter begins with a heading at level 1; one without gets the section's title."""
    if re.match(r"# \S", text):
        return text
    title = _title(chapter)
    warnings.warn(f"{chapter.section}: no heading `# …` first; `# {title}` was added", PublishWarning, stacklevel=2)
    return f"# {title} {{#sec-{chapter.section}}}\n\n{text}"


_TITLE = re.compile(r"# (?P<title>.+?)[ \t]*(?:\{(?P<attributes>[^{}]*)\})?[ \t]*$", re.MULTILINE)


def _named_after(text: str, section: str) -> str:
    """The chapter's heading and its references to itself by the section's name: its notebook may be of several sections."""
    title = _TITLE.match(text)
    attributes = (title["attributes"] or "").split()
    own = [each.removeprefix("#sec-") for each in attributes if each.startswith("#sec-")]
    others = [each for each in attributes if not each.startswith("#")]
    body = text[title.end() :]
    for name in own:
        body = re.sub(rf"@sec-{re.escape(name)}(?![\w-])", f"@sec-{section}", body)
    return f"# {title['title']} {{{' '.join([f'#sec-{section}', *others])}}}{body}"


class _Outputs(Preprocessor):
    """Turns outputs into Markdown, the richest kind first; drops streams and errors; images go to the resources."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if cell.cell_type == "markdown":
            cell.source = f"\n{cell.source}\n"
        if cell.cell_type == "code":
            section = resources["section"]
            media = resources["outputs"] = resources["outputs"] or {}
            options = _cell_options(cell.source, f"{section}, cell {index + 1}")
            shown = [output for output in cell.outputs if "data" in output] if options.get("output", True) is not False else []
            texts = [_text(output.data, {**options, **output.metadata.get("sqa", {})}, section, media) for output in shown]
            cell.outputs = [nbformat.v4.new_output("display_data", {"text/markdown": f"\n{text}\n"}) for text in texts]
        return cell, resources


def _text(data: Mapping[str, str], options: Mapping, section: str, media: dict[str, bytes]) -> str:
    """One output as Markdown; its image, if it is one, is added to the media."""
    if "text/markdown" in data:
        return _captioned(_with_files(data["text/markdown"], section, media), options)
    for kind, extension in IMAGES.items():
        if kind in data:
            return _figure(data[kind], extension, options, section, media)
    if "text/html" in data:
        return _captioned(_from_html(data["text/html"]), options)
    return _preformatted(data.get("text/plain", ""))


_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(data:image/(?P<kind>png|jpeg);base64,(?P<data>[A-Za-z0-9+/=]+)\)")


def _with_files(text: str, section: str, media: dict[str, bytes]) -> str:
    """Pictures that the text holds itself are added to the media (see `sqa_lib.texts.pictures`)."""

    def put(found: re.Match) -> str:
        name = f"{section}-picture-{len(media) + 1}.{found['kind']}"
        media[name] = b64decode(found["data"])
        return f'![{found["alt"]}](media/{name}){{fig-alt="{_escape(_one_line(found["alt"]))}"}}'

    return _PICTURE.sub(put, text)


def _figure(content: str, extension: str, options: Mapping, section: str, media: dict[str, bytes]) -> str:
    label = options.get("label", "")
    name = f"{label or f'{section}-{len(media) + 1}'}.{extension}"
    if name in media:
        name = f"{section}-{len(media) + 1}-{name}"
    media[name] = content.encode() if extension == "svg" else b64decode(content)
    caption = _one_line(options.get("caption") or options.get("fig-cap") or "")
    alt = _one_line(options.get("alt") or options.get("fig-alt") or "")
    if not caption and not alt:
        warnings.warn(f"{section}: figure `{label or name}` has neither caption nor fig-alt", PublishWarning, stacklevel=2)
    attributes = " ".join(filter(None, [f"#{label}" if label else "", f'fig-alt="{_escape(alt)}"' if alt else ""]))
    return f"![{caption}](media/{name})" + (f"{{{attributes}}}" if attributes else "")


def _cell_options(source: str, where: str) -> dict:
    """Quarto's cell options: the leading `#| key: value` lines, as YAML."""
    lines = []
    for line in source.splitlines():
        if not line.startswith("#|"):
            break
        lines.append(line.removeprefix("#|").removeprefix(" "))
    try:
        options = read_yaml("\n".join(lines)) or {}
    except yaml.YAMLError as error:
        raise PublishError(f"{where}: the `#|` lines are not readable as YAML: {error}") from error
    if not isinstance(options, dict):
        raise PublishError(f"{where}: expected `#| key: value`, found {lines[0]!r}")
    return options


def _captioned(text: str, options: Mapping) -> str:
    """A table of an analyst's own cell gets the caption and label of its options."""
    if "tbl-cap" not in options:
        return text
    label = options.get("label", "")
    return f"{text.rstrip()}\n\n: {_one_line(options['tbl-cap'])}" + (f" {{#{label}}}" if label else "")


def _from_html(html: str) -> str:
    """An HTML table as a Markdown one, by Pandoc; scripts and styles don't survive."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    to = "markdown-raw_html-native_divs-native_spans-simple_tables-multiline_tables"
    return pypandoc.convert_text(bare, to, "html", extra_args=["--columns=100"]).strip()


def _preformatted(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _one_line(text: str) -> str:
    return " ".join(str(text).split())


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
