"""What a build finds out before it makes anything, found out again only when it could come out otherwise.

Kept in `output/<report>/audit/checked.json`: how many rows can't be used, where in the texts numbers stand that give something
away, and that the attacker found nothing. Never a true value: a number in a text is kept by its place.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd

from sqa_lib.audit.run import Audit, attack_report, audit_folder, leaks_in, looked_for, search_output
from sqa_lib.code import code_digest
from sqa_lib.cycle.sentences import all_texts
from sqa_lib.disclosure import Release
from sqa_lib.disclosure.texts import revealing_numbers, warnings_of
from sqa_lib.plausibility.accepted import FILE as ACCEPTED
from sqa_lib.publication import (
    fingerprint,
    published_statistics,
    read_input,
    refuse_impossible,
    stamp_of,
    statistics_folder,
    told_statistics,
    unanswered_in,
)
from sqa_lib.published import Published
from sqa_lib.releases import Kept, differences, releases_of
from sqa_lib.releases.differences import CHANGED
from sqa_lib.report import Report
from sqa_lib.sources.check import Input
from sqa_lib.sources.left_out import LeftOut, left_out
from sqa_lib.texts.files import WrittenText
from sqa_lib.texts.numbers import numbers_in


@dataclass(frozen=True)
class Unusable:
    """What of the input can't be used. is_faulty: whether that fails a build."""

    problems: int
    rejected: int
    is_faulty: bool


class Checks:
    """The checks of one report. Its statistics are computed, where they are not up to date, when the first check needs them."""

    def __init__(self, report: Report, root: Path) -> None:
        self.report, self.root = report, root
        self._file = audit_folder(report, root) / "checked.json"
        self._kept = _read(self._file)

    @cached_property
    def published(self) -> Published:
        return published_statistics(self.report, self.root)

    @cached_property
    def stamp(self) -> str:
        """Of the published statistics."""
        self.published  # noqa: B018  (computed, where it is not up to date)
        return stamp_of(self.report, self.root)

    @cached_property
    def _input(self) -> str:
        """Of the input and the code, whether or not statistics are computed from them."""
        return fingerprint(self.report, self.root)

    @cached_property
    def data(self) -> Input:
        return read_input(self.report, self.root).datasets

    @cached_property
    def unusable(self) -> Unusable:
        """What of the input can't be used; the rejected rows themselves are in `data`."""
        kept = self._of("input", self._input)
        if kept is None:
            data = self.data
            rejected = int(data.summary["rejected"].sum()) if len(data.problems) else 0
            kept = self._keep("input", self._input, asdict(Unusable(len(data.problems), rejected, data.is_faulty)))
        return Unusable(**kept)

    def left_out(self, school_year: str) -> tuple[LeftOut, ...]:
        """What each dataset lacks of a school year since it was rejected."""
        what = f"left out of {school_year}"
        kept = self._of(what, self._input)
        if kept is None:
            kept = self._keep(what, self._input, [asdict(each) for each in left_out(self.data, school_year)])
        return tuple(LeftOut(**{**each, "unreadable": tuple(each["unreadable"])}) for each in kept)

    @cached_property
    def odd(self) -> int:
        """How many of the input's numbers are odd and not accepted. Raises ReportError for those that can't be true."""
        answers = self.root / self.report.data / ACCEPTED
        key = _digest(self._input, answers.read_bytes() if self.report.data and answers.is_file() else "")
        kept = self._of("odd", key)
        if kept is None:
            found = unanswered_in(self.report, read_input(self.report, self.root), self.root)
            refuse_impossible(self.report, found)
            kept = self._keep("odd", key, len(found))
        return kept

    # ---- texts ------------------------------------------------------------------------------------------------------

    def text_warnings(self) -> list[str]:
        """Numbers in the units' own texts that give away what the books withhold, a sentence each."""
        texts = all_texts(self.report, self.root, self.published.tree)
        said = [(text, list(numbers_in(text.content))) for text in texts]
        if self.report.source != "datasets" or not any(numbers for _, numbers in said):
            return []
        found = (repr((text.file, text.unit, numbers)) for text, numbers in said if numbers)
        key = _digest(self.stamp, *found)
        kept = self._of("texts", key)
        if kept is None:
            kept = self._keep("texts", key, _by_place(self._revealing(texts), texts))
        return list(warnings_of(_with_numbers(kept, texts), self.published.definitions, self.published.tree))

    def _revealing(self, texts: Sequence[WrittenText]) -> pd.DataFrame:
        published = self.published
        statistics = told_statistics(self.report, self.data, published.tree)
        return revealing_numbers(texts, statistics, published.table, published.definitions, published.tree)

    # ---- releases ---------------------------------------------------------------------------------------------------

    def corrected(self) -> list[str]:
        """How many figures the last release of each report had with other numbers, a sentence each."""
        last = {kept.record.report: kept for kept in releases_of(self.report, self.root) if not kept.left_out}
        key = _digest(self.stamp, *(repr((kept.name, sorted(kept.record.files.items()))) for kept in last.values()))
        kept = self._of("corrected", key)
        if kept is None:
            kept = self._keep("corrected", key, {each.name: self._changed(each) for each in last.values()})
        see = f"see `sqa diff {self.report.name}"
        return [f"{n} figures were released with other numbers in {name}: {see} {name}`" for name, n in kept.items() if n]

    def _changed(self, kept: Kept) -> int:
        now = Release(self.report.name, self.published.table, self.published.tree)
        return int((differences(kept.figures, now, self.published.definitions)["kind"] == CHANGED).sum())

    # ---- audit ------------------------------------------------------------------------------------------------------

    @cached_property
    def _attack_key(self) -> str:
        folder = statistics_folder(self.report, self.root)
        return _digest(self.stamp, *((folder / name).read_bytes() for name in ("published.parquet", "units.json")))

    @cached_property
    def _audit(self) -> Audit:
        return attack_report(self.report, self.root)

    @property
    def is_attacked(self) -> bool:
        """Whether the attacker has looked at what is published, and found nothing."""
        return self._of("attack", self._attack_key) is not None and self._file.with_name("audit.json").is_file()

    def unsafe(self) -> Audit | None:
        """What the attacker finds in what is published; None where he finds nothing."""
        if self.is_attacked:
            return None
        self._drop("attack")
        if not self._audit.is_safe:
            return self._audit
        self._keep("attack", self._attack_key, {})
        return None

    def search(self, folders: Sequence[Path]) -> Audit | None:
        """Look through these folders of the output, and the statistics; what must not be there, or None where nothing is found.

        What was made by an earlier build was looked through then; `sqa audit` looks through everything.
        """
        folders = [*folders, *([] if self._of("statistics", self._attack_key) else [statistics_folder(self.report, self.root)])]
        if not folders:
            return None
        if "_audit" not in vars(self) and not leaks_in(self.report, self.root, folders, looked_for(self.report, self.root)):
            return self._clean()
        found = search_output(self._audit, self.root, folders)
        if not found.leaks:
            return self._clean()
        self._drop("attack")
        return found

    def _clean(self) -> None:
        self._keep("statistics", self._attack_key, {"is_clean": True})

    # ---- what is kept -----------------------------------------------------------------------------------------------

    def _of(self, what: str, key: str) -> Any:
        found = self._kept.get(what, {})
        return found["found"] if found.get("key") == key else None

    def _keep(self, what: str, key: str, found: Any) -> Any:
        self._kept[what] = {"key": key, "found": found}
        _write(self._file, self._kept)
        return found

    def _drop(self, what: str) -> None:
        if self._kept.pop(what, None) is not None:
            _write(self._file, self._kept)


def _by_place(found: pd.DataFrame, texts: Sequence[WrittenText]) -> list[dict[str, Any]]:
    """The rows found, each number replaced by its place among those of its text."""
    typed = {text.file: [(number.line, number.typed) for number in numbers_in(text.content)] for text in texts}
    places = [typed[row.file].index((row.line, row.number)) for row in found.itertuples()]
    return found.drop(columns="number").assign(place=places).to_dict("records")


def _with_numbers(kept: list[dict[str, Any]], texts: Sequence[WrittenText]) -> pd.DataFrame:
    """`_by_place` undone: the texts' numbers are those that were looked through."""
    told = {row["file"] for row in kept}
    typed = {text.file: [number.typed for number in numbers_in(text.content)] for text in texts if text.file in told}
    return pd.DataFrame([{**row, "number": typed[row["file"]][row["place"]]} for row in kept])


def _digest(*parts: str | bytes) -> str:
    """Of what a check is made from, and of all code that makes it."""
    found = blake2b(code_digest(__name__).encode(), digest_size=16)
    for part in parts:
        found.update(blake2b(part if isinstance(part, bytes) else part.encode()).digest())
    return found.hexdigest()


def _read(file: Path) -> dict[str, Any]:
    """{} where nothing is kept, or nothing that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return content if isinstance(content, dict) else {}
    except (OSError, ValueError):
        return {}


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    part.replace(file)
