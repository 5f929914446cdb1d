"""What the attacker knows from the words of the definitions: `knowledge.yml`, read and put to the published numbers."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from sqa_lib.audit.relations import Beliefs, Relation
from sqa_lib.audit.series import COMPLEMENT, DENOMINATOR, NUMERATOR, Figures
from sqa_lib.marks import Mark
from sqa_lib.metrics import Statistic
from sqa_lib.yaml_loader import read_yaml

EACH, REST = "each", "..."
_TERM = re.compile(r"(?:(\d+) )?(?:(\w+)(?:\[([^\]]*)\])? \* )?(\w+)(?:\.(whole|rest))?(?:\[([^\]]*)\])?")
_ROLES = {None: NUMERATOR, "whole": DENOMINATOR, "rest": COMPLEMENT}
_VARIABLE = re.compile(r"[a-z]")


@dataclass(frozen=True)
class Term:
    """times · mean · a series. codes: dimension → code, a letter for any, or `each`; is_open: has further dimensions.

    mean: a ratio with the same codes, whose shown value the series is taken times; "" for none.
    """

    statistic: str
    role: str
    codes: tuple[tuple[str, str], ...]
    is_open: bool
    times: float
    mean: str


@dataclass(frozen=True)
class Fact:
    """left = right, or left <= right where not `is_equal`. words: as people say it."""

    words: str
    says: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    is_equal: bool

    @property
    def terms(self) -> list[tuple[Term, int]]:
        """Every term with its sign in left − right."""
        return [*((term, 1) for term in self.left), *((term, -1) for term in self.right)]


@cache
def facts() -> tuple[Fact, ...]:
    """All that is written in `knowledge.yml`."""
    lines = read_yaml((Path(__file__).parent / "knowledge.yml").read_bytes())
    return tuple(fact_of(line["words"], line["says"]) for line in lines)


def fact_of(words: str, says: str) -> Fact:
    """A fact from its words and its equation. Raises ValueError where the equation can't be read."""
    sides = re.split(r" (<=|=) ", says)
    if len(sides) != 3:
        raise ValueError(f"`{says}`: expected one `=` or `<=`")
    left, right = (tuple(_term(text) for text in side.split(" + ")) for side in sides[::2])
    return Fact(words, says, left, right, sides[1] == "=")


def _term(text: str) -> Term:
    found = _TERM.fullmatch(text.strip())
    if not found:
        raise ValueError(f"`{text}`: expected a statistic like `survey.whole[survey_item=i, ...]`")
    times, mean, _, statistic, role, codes = found.groups()
    pieces = [piece.strip() for piece in (codes or "").split(",") if piece.strip()]
    own = tuple(tuple(piece.split("=", 1)) for piece in pieces if piece != REST)
    return Term(statistic, _ROLES[role], own, REST in pieces, float(times or 1), mean or "")


def known(figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic], beliefs: Beliefs) -> list[Relation]:
    """The facts as relations between these figures, each that is not false."""
    index = Index(figures)
    found = []
    for fact in facts():
        for terms in index.expanded(fact):
            relation = _relation(figures, fact, terms, _means(terms, figures, published, definitions))
            if len(relation) and beliefs.allow(relation):
                found.append(relation)
    return found


@dataclass(frozen=True)
class Placed:
    """coefficient · mean · a series of the figures."""

    line: int
    coefficient: float
    mean: str


class Index:
    """The series of figures by statistic, role and codes."""

    def __init__(self, figures: Figures) -> None:
        self.codes = figures.codes
        self.lines: dict[tuple[str, str], list[int]] = {}
        for line, (statistic, role) in enumerate(zip(figures.series["statistic"], figures.series["role"], strict=True)):
            self.lines.setdefault((statistic, role), []).append(line)
        self.line = {
            (statistic, role, frozenset(self.codes[line].items())): line
            for (statistic, role), lines in self.lines.items()
            for line in lines
        }

    def expanded(self, fact: Fact) -> Iterator[list[Placed]]:
        """The terms of each case of a fact: for all codes that its letters can stand for."""
        for given, rest in self._cases(fact):
            terms = [
                [Placed(line, sign * term.times, term.mean) for line in self._lines(term, given, rest)]
                for term, sign in fact.terms
            ]
            if all(terms):
                yield [placed for of_term in terms for placed in of_term]

    def _cases(self, fact: Fact) -> list[tuple[dict[str, str], frozenset]]:
        """Letter → code, and the further codes, as the term with the most letters has them."""
        widest = max((term for term, _ in fact.terms), key=_letters)
        cases = {}
        for line in self.lines.get((widest.statistic, widest.role), ()):
            matched = _matched(widest, self.codes[line])
            if matched is not None:
                cases[tuple(sorted(matched[0].items())), matched[1]] = matched
        return list(cases.values())

    def _lines(self, term: Term, given: Mapping[str, str], rest: frozenset) -> list[int]:
        codes = {name: given.get(code, code) for name, code in term.codes} | dict(rest if term.is_open else ())
        each = [name for name, code in codes.items() if code == EACH]
        if not each:
            line = self.line.get((term.statistic, term.role, frozenset(codes.items())))
            return [] if line is None else [line]
        fixed = {name: code for name, code in codes.items() if code != EACH}
        return [
            line
            for line in self.lines.get((term.statistic, term.role), ())
            if set(self.codes[line]) == set(codes) and all(self.codes[line][name] == code for name, code in fixed.items())
        ]


def _letters(term: Term) -> tuple[int, int]:
    return sum(bool(_VARIABLE.fullmatch(code)) for _, code in term.codes) + term.is_open, len(term.codes)


def _matched(term: Term, codes: Mapping[str, str]) -> tuple[dict[str, str], frozenset] | None:
    """What the term's letters stand for in a series with these codes, and the codes beside; None where it is no case of it."""
    own = dict(term.codes)
    if not set(own) <= set(codes) or (set(codes) != set(own) and not term.is_open):
        return None
    given = {code: codes[name] for name, code in own.items() if _VARIABLE.fullmatch(code)}
    if any(codes[name] != code for name, code in own.items() if code != EACH and code not in given):
        return None
    return given, frozenset((name, code) for name, code in codes.items() if name not in own)


def _means(
    terms: list[Placed], figures: Figures, published: pd.DataFrame, definitions: Mapping[str, Statistic]
) -> np.ndarray | None:
    """For each cell the largest mean that is shown as it is, NaN where it is not shown; None for a fact without means."""
    of_mean = next((term for term in terms if term.mean), None)
    if of_mean is None:
        return None
    definition = definitions[of_mean.mean]
    rows = published[
        (published["statistic"] == of_mean.mean)
        & (published["breakdown"] == figures.series["breakdown"].iloc[of_mean.line])
        & (published["mark"] == Mark.NONE.value)
    ]
    at = pd.MultiIndex.from_frame(figures.cells[["school_year", "unit"]]).get_indexer(
        pd.MultiIndex.from_frame(rows[["school_year", "unit"]])
    )
    values = np.full(len(figures.cells), np.nan)
    values[at[at >= 0]] = rows["value"].to_numpy()[at >= 0] + 0.5 * 10.0**-definition.decimals
    return values


def _relation(figures: Figures, fact: Fact, terms: list[Placed], means: np.ndarray | None) -> Relation:
    lines = np.array([term.line for term in terms])
    cells = np.flatnonzero(figures.exists[lines].all(axis=0) & (True if means is None else ~np.isnan(means)))
    n = len(cells)
    coefficients = [np.full(n, term.coefficient) * (means[cells] if term.mean else 1.0) for term in terms]
    return Relation(
        "words",
        fact.words,
        np.tile(np.arange(n), len(lines)),
        np.concatenate([figures.quantity(line, cells) for line in lines]),
        np.concatenate(coefficients),
        np.full(n, 0.0 if fact.is_equal else -np.inf),
        np.zeros(n),
    )
