"""Canaries: what stands in the microdata about one person, or from one pen, is looked for in every file of the output.

A canary is distinctive enough not to turn up by chance:

* identifier: a value of a column of kind `id`, of at least six letters and digits, one of them a digit; digits alone, at least
  eight; never the code of a school unit, which is public;
* free text: any six words in a row of a column of kind `text`; a shorter text as a whole, if it has three words and 20 letters;
* dated row: a unit's code with an exact date right after it, as a printed row has them;
* unrounded: a value of a statistic with four decimals or more, which no report prints; in files of data, which keep values as
  they are, only values that were not published; in the style sheets and scripts that Quarto puts beside every book
  (`site_libs/`), whose lengths may be any number, only where it stands in a string.

Words are compared whole, without regard to case and to the signs and the markup between them.
"""

import html
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from ctypes import create_string_buffer
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from pathlib import Path, PurePath, PurePosixPath

import numpy as np
import pandas as pd
import pypdfium2
from PIL import Image
from pypdfium2 import raw as pdfium

from sqa_lib.sources.cells import folded
from sqa_lib.sources.check import Input
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS, Dataset

WORDS_IN_A_ROW = 6
KEPT_APART = "rejected"
"""The folder of the output that is the analyst's own and never published: rows that `sqa check` has put aside."""

_WORD = re.compile(r"[^\W_]+")
_LONG_NUMBER = re.compile(r"(?<![\w.,])\d+[.,]\d{4,}(?!\w)")
_GEOMETRY = re.compile(r"\s(?:d|points|transform|viewBox|style)=\"[^\"]*\"")
_TAG = re.compile(r"<(?!!--)[^>]*>")
_SPOKEN = re.compile(r"\s(?:alt|title|content|aria-label|label|value|data-[\w-]+)=\"([^\"]*)\"")
_PACKED = re.compile(rb"\bstream\r?\n(?!<\?xpacket).*?endstream", re.DOTALL)  # XMP metadata is a stream that is not packed
_LIBRARIES, _CODE = "site_libs", frozenset({".css", ".js"})
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|`(?:[^`\\]|\\.)*`')
_FONTS = frozenset({".woff", ".woff2", ".ttf", ".otf"})
_DATA = frozenset({".csv", ".json", ".parquet"})


@dataclass(frozen=True)
class Canary:
    """kind: `identifier`, `free text`, `dated row` or `unrounded`. where: the row that it is from, never what stands there."""

    kind: str
    where: str


@dataclass(frozen=True)
class Finding:
    """A canary in a file (path from the folder searched), or a file that can't be searched."""

    file: str
    kind: str
    where: str


@dataclass(frozen=True)
class Canaries:
    """phrases: words in small letters with one space between → canary. lengths: a phrase's first word → how many words
    such phrases have. unrounded, unpublished: columns value (ascending), where. unsearchable: how many identifiers and texts
    are too short to look for."""

    phrases: Mapping[str, Canary]
    lengths: Mapping[str, tuple[int, ...]]
    unrounded: pd.DataFrame
    unpublished: pd.DataFrame
    unsearchable: int

    @property
    def are_none(self) -> bool:
        """Whether there is nothing to look for, as in a report of official statistics, whose data are published already."""
        return not self.phrases and self.unrounded.empty


# ---- what to look for -----------------------------------------------------------------------------------------------


def canaries_of(data: Input, statistics: pd.DataFrame | None = None, published: pd.DataFrame | None = None) -> Canaries:
    """The canaries of a report's data, accepted rows and rejected ones.

    statistics: the true ones, columns `sqa_lib.metrics.STATISTICS`; published: columns `sqa_lib.disclosure.PUBLISHED`.
    """
    public = frozenset(data.tables[SCHOOL_UNITS.name]["unit"]) if SCHOOL_UNITS.name in data.tables else frozenset()
    phrases: dict[str, Canary] = {}
    unsearchable = 0
    for dataset, rows, said in _rows(data):
        for kind, row, text in _texts(dataset, rows, public):
            found = _PHRASES[kind](text)
            unsearchable += not found
            for phrase in found:
                phrases.setdefault(phrase, Canary(kind, f"{dataset.name}, {said} row {row}"))
    unrounded = _unrounded(statistics)
    shown = np.concatenate([published[c] for c in _VALUES]) if published is not None else []
    is_shown = unrounded["value"].round(_DECIMALS).isin(np.round(shown, _DECIMALS))
    return Canaries(phrases, _lengths(phrases), unrounded, unrounded[~is_shown], unsearchable)


def _rows(data: Input) -> Iterator[tuple[Dataset, pd.DataFrame, str]]:
    """Each dataset's accepted and rejected rows, columns as in Python, the index the row's number."""
    for name, dataset in DATASETS.items():
        for rows, said in ((data.tables, "accepted"), (data.incomplete, "incomplete")):
            if name in rows and dataset is not SCHOOL_UNITS:
                yield dataset, rows[name].set_axis(range(1, len(rows[name]) + 1)), said
        if name in data.rejected and dataset is not SCHOOL_UNITS:
            names = {folded(column.header): column.name for column in dataset.columns}
            yield (
                dataset,
                data.rejected[name].set_index("rad").rename(columns=lambda head, n=names: n.get(folded(head), head)),
                "rejected",
            )


def _texts(dataset: Dataset, rows: pd.DataFrame, public: frozenset[str]) -> Iterator[tuple[str, object, str]]:
    """(kind, row, text) of all that may be a canary."""
    kinds = {column.name: column.kind for column in dataset.columns if column.name in rows and column.name != "school_year"}
    for name, kind in kinds.items():
        if kind == "id":
            yield from (("identifier", row, text) for row, text in _filled(rows[name]) if text not in public)
        elif kind == "text":
            yield from (("free text", row, text) for row, text in _filled(rows[name]))
        elif kind == "date" and "unit" in rows:
            yield from (("dated row", row, f"{rows.at[row, 'unit']} {text[:10]}") for row, text in _filled(rows[name]))


def _filled(column: pd.Series) -> Iterator[tuple[object, str]]:
    return ((row, str(value)) for row, value in column.dropna().items() if str(value).strip())


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _identifier(text: str) -> list[str]:
    words = _words(text)
    letters = "".join(words)
    enough = 8 if letters.isdigit() else 6
    return [" ".join(words)] if len(letters) >= enough and any(c.isdigit() for c in letters) else []


def _free_text(text: str) -> list[str]:
    words = _words(text)
    if len(words) < WORDS_IN_A_ROW:
        return [" ".join(words)] if len(words) >= 3 and sum(map(len, words)) >= 20 else []
    return [" ".join(words[i : i + WORDS_IN_A_ROW]) for i in range(len(words) - WORDS_IN_A_ROW + 1)]


_PHRASES = {"identifier": _identifier, "free text": _free_text, "dated row": lambda text: [" ".join(_words(text))]}
_VALUES = ["value", "low", "high"]
_DECIMALS = 10
"""To which a withheld value and a published one are the same: 2/206 and 1/103 differ in the last bit, as they are computed."""


def _lengths(phrases: Iterable[str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for phrase in phrases:
        found.setdefault(phrase.split(" ", 1)[0], set()).add(phrase.count(" ") + 1)
    return {word: tuple(sorted(lengths)) for word, lengths in found.items()}


def _unrounded(statistics: pd.DataFrame | None) -> pd.DataFrame:
    """Values and limits with four decimals or more, columns value (ascending, each once), where."""
    if statistics is None:
        return pd.DataFrame({"value": pd.Series(dtype=float), "where": pd.Series(dtype=str)})
    where = statistics["statistic"] + ", " + statistics["unit"] + ", " + statistics["school_year"]
    values = pd.concat([pd.DataFrame({"value": statistics[name].astype(float), "where": where}) for name in _VALUES])
    values = values[(values["value"] - values["value"].round(3)).abs() > 1e-9]
    return values.sort_values(["value", "where"]).drop_duplicates("value").reset_index(drop=True)


# ---- looking --------------------------------------------------------------------------------------------------------


def find_canaries(folder: Path, canaries: Canaries) -> list[Finding]:
    """Every canary in every file under the folder, sorted; a file that can't be read is a finding too."""
    if canaries.are_none:
        return []
    search = _Search(canaries)
    found: list[Finding] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] != KEPT_APART:
            found += [Finding(name.as_posix(), canary.kind, canary.where) for canary in search.file(name, path.read_bytes())]
    return found


_Seen = Callable[[str], str]
"""A text → what is told of it to a reader."""


class _Search:
    """Looks through one file after another; a text that comes again (the same chart in three files) is looked through once."""

    def __init__(self, canaries: Canaries) -> None:
        self.canaries = canaries
        self.known: dict[tuple[bytes, bool, _Seen], frozenset[Canary]] = {}

    def file(self, path: PurePath, content: bytes) -> list[Canary]:
        suffix = path.suffix.lower()
        seen = _strings if suffix in _CODE and _LIBRARIES in path.parts else _said
        try:
            found = {canary for text in _texts_of(suffix, content) for canary in self._text(text, suffix in _DATA, seen)}
        except (OSError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
            found = {Canary("can't be searched", type(error).__name__)}
        return sorted(found, key=lambda canary: (canary.kind, canary.where))

    def _text(self, text: str, is_data: bool, seen: _Seen) -> frozenset[Canary]:
        key = (blake2b(text.encode(errors="replace"), digest_size=16).digest(), is_data, seen)
        if key not in self.known:
            self.known[key] = frozenset([*self._phrases(text), *self._numbers(seen(text), is_data)])
        return self.known[key]

    def _phrases(self, text: str) -> Iterator[Canary]:
        for version in _versions(text):
            words = _words(version)
            for start in (i for i, word in enumerate(words) if word in self.canaries.lengths):
                for length in self.canaries.lengths[words[start]]:
                    if canary := self.canaries.phrases.get(" ".join(words[start : start + length])):
                        yield canary

    def _numbers(self, text: str, is_data: bool) -> Iterator[Canary]:
        table = self.canaries.unpublished if is_data else self.canaries.unrounded
        values = table["value"].to_numpy()
        for written in _LONG_NUMBER.findall(text):
            number, decimals = float(written.replace(",", ".")), len(re.split("[.,]", written)[1])
            margin = 1e-9 * max(1.0, number) if is_data else 0.5000001 * 10.0**-decimals
            nearest = np.searchsorted(values, number - margin)
            if nearest < len(values) and values[nearest] <= number + margin:
                yield Canary("unrounded", table["where"].iloc[nearest])


def _versions(text: str) -> list[str]:
    """The text as it stands, and, where it has markup, as it is read."""
    if "<" not in text:
        return [text]
    bare = html.unescape(_GEOMETRY.sub(" ", text))
    return [bare, _TAG.sub(" ", bare)]


def _said(text: str) -> str:
    """What a person or a screen reader is told: text, comments and the attributes that are spoken, no geometry."""
    if "<" not in text:
        return text
    return " ".join([_TAG.sub(" ", text), *_SPOKEN.findall(text)])


def _strings(text: str) -> str:
    """What code may tell a reader."""
    return " ".join(_STRING.findall(text))


# ---- what stands in a file ------------------------------------------------------------------------------------------


def _texts_of(suffix: str, content: bytes) -> Iterator[str]:
    if suffix in _FONTS:
        return
    reader = _READERS.get(suffix)
    yield from reader(content) if reader else [content.decode("utf-8", errors="replace")]


def _of_json(content: bytes) -> Iterator[str]:
    """Every string, key and number, of a notebook's sources, outputs and metadata too."""
    waiting = [json.loads(content)]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            waiting += [*item.keys(), *item.values()]
        elif isinstance(item, list) and item and all(isinstance(line, str) for line in item):
            yield "".join(item)  # the lines of a cell
            yield "\n".join(item)
        elif isinstance(item, list):
            waiting += item
        else:
            yield str(item)


def _of_parquet(content: bytes) -> Iterator[str]:
    table = pd.read_parquet(BytesIO(content))
    yield from map(str, table.columns)
    yield str(table.attrs)
    for name in table:
        yield "\n".join(map(str, table[name].dropna().unique()))


def _of_pdf(content: bytes) -> Iterator[str]:
    """The pages' text, the pictures' alternative texts, metadata, bookmarks, attached files, and what else is not packed."""
    with pypdfium2.PdfDocument(content) as pdf:
        yield from pdf.get_metadata_dict().values()
        yield from (bookmark.get_title() for bookmark in pdf.get_toc())
        for page in pdf:
            yield re.sub("[\u00ad\u0002](?:\r?\n)?", "", page.get_textpage().get_text_bounded())
            yield from _alternative_texts(page)
        for i in range(pdf.count_attachments()):
            attached = pdf.get_attachment(i)
            yield attached.get_name()
            yield from _texts_of(PurePosixPath(attached.get_name()).suffix.lower(), bytes(attached.get_data()))
    yield _PACKED.sub(b" ", content).decode("utf-8", errors="replace")


def _alternative_texts(page: pypdfium2.PdfPage) -> Iterator[str]:
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    if not tree:
        return
    waiting = [pdfium.FPDF_StructTree_GetChildAtIndex(tree, i) for i in range(pdfium.FPDF_StructTree_CountChildren(tree))]
    while waiting:
        element = waiting.pop()
        if element:
            size = pdfium.FPDF_StructElement_GetAltText(element, None, 0)
            if size > 2:
                buffer = create_string_buffer(size)
                pdfium.FPDF_StructElement_GetAltText(element, buffer, size)
                yield buffer.raw.decode("utf-16-le").rstrip("\0")
            children = pdfium.FPDF_StructElement_CountChildren(element)
            waiting += [pdfium.FPDF_StructElement_GetChildAtIndex(element, i) for i in range(children)]
    pdfium.FPDF_StructTree_Close(tree)


def _of_image(content: bytes) -> Iterator[str]:
    """Metadata: PNG's texts, EXIF's fields."""
    with Image.open(BytesIO(content)) as image:
        yield from (str(value) for value in image.info.values())
        yield from (str(value) for value in image.getexif().values())


def _of_archive(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name
            yield from _texts_of(PurePosixPath(name).suffix.lower(), archive.read(name))


_READERS = {
    ".json": _of_json, ".ipynb": _of_json, ".parquet": _of_parquet, ".pdf": _of_pdf, ".png": _of_image, ".jpg": _of_image,
    ".jpeg": _of_image, ".xlsx": _of_archive, ".docx": _of_archive, ".zip": _of_archive,
}  # fmt: skip
