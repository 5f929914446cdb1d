"""How quantities hang together: a relation is a bundle of linear rows, low <= sum of coefficient x quantity <= high."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

TOLERANCE = 1e-6


@dataclass(frozen=True)
class Relation:
    """One thing the attacker believes.

    kind: hierarchy, margin, share, same, sum, ratio, sign or words; name: the belief in words, the same every time.
    row, quantity, coefficient: the entries; low, high: one pair a row.
    """

    kind: str
    name: str
    row: np.ndarray
    quantity: np.ndarray
    coefficient: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def __len__(self) -> int:
        return len(self.low)

    def matrix(self, quantities: int) -> sparse.csr_array:
        return sparse.csr_array((self.coefficient, (self.row, self.quantity)), shape=(len(self), quantities))

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Each row's sum, NaN where a value is not known."""
        return np.bincount(self.row, self.coefficient * values[self.quantity], minlength=len(self))

    def breaks(self, values: np.ndarray) -> np.ndarray:
        """The rows that these values (NaN: not known) contradict."""
        sums = self.sums(values)
        with np.errstate(invalid="ignore"):
            return (sums < self.low - TOLERANCE) | (sums > self.high + TOLERANCE)


def combination(kind: str, name: str, terms: Sequence[tuple[float, np.ndarray]], low: float, high: float) -> Relation:
    """One row for each place of the terms' equally long arrays of quantities."""
    n = len(terms[0][1])
    return Relation(
        kind,
        name,
        np.tile(np.arange(n), len(terms)),
        np.concatenate([quantities for _, quantities in terms]),
        np.repeat([float(coefficient) for coefficient, _ in terms], n),
        np.full(n, float(low)),
        np.full(n, float(high)),
    )


def joined(relations: Sequence[Relation]) -> Relation:
    """Relations of one belief as one."""
    offsets = np.cumsum([0, *(len(relation) for relation in relations)])
    shifted = [relation.row + offset for relation, offset in zip(relations, offsets, strict=False)]
    first = relations[0]
    return Relation(
        first.kind,
        first.name,
        np.concatenate(shifted),
        np.concatenate([relation.quantity for relation in relations]),
        np.concatenate([relation.coefficient for relation in relations]),
        np.concatenate([relation.low for relation in relations]),
        np.concatenate([relation.high for relation in relations]),
    )


@dataclass(frozen=True)
class Split:
    """A whole quantity and those that may be its parts. part_of: for each part the place of its whole."""

    whole: np.ndarray
    part: np.ndarray
    part_of: np.ndarray

    @classmethod
    def of(cls, splits: Iterable["Split"]) -> "Split":
        splits = list(splits)
        offsets = np.cumsum([0, *(len(split.whole) for split in splits)])
        return cls(
            np.concatenate([split.whole for split in splits]),
            np.concatenate([split.part for split in splits]),
            np.concatenate([split.part_of + offset for split, offset in zip(splits, offsets, strict=False)]),
        )

    def sums(self, kind: str, name: str, low: float, high: float) -> Relation:
        """low <= whole - sum of parts <= high."""
        n = len(self.whole)
        return Relation(
            kind,
            name,
            np.concatenate([np.arange(n), self.part_of]),
            np.concatenate([self.whole, self.part]),
            np.concatenate([np.ones(n), -np.ones(len(self.part))]),
            np.full(n, low),
            np.full(n, high),
        )

    def each(self, kind: str, name: str) -> Relation:
        """Every part is at most its whole."""
        return combination(kind, name, [(1, self.whole[self.part_of]), (-1, self.part)], 0, np.inf)


class Beliefs:
    """What the attacker can believe: nothing that a shown number contradicts, and, where the truth is at hand to check him by,
    nothing that is false.

    shown, truth: each quantity's number, NaN where there is none. wrong: the beliefs that only the truth refuted.
    """

    def __init__(self, shown: np.ndarray, truth: np.ndarray | None = None):
        self.shown, self.truth = shown, truth
        self.wrong: list[str] = []

    def allow(self, relation: Relation) -> bool:
        if relation.breaks(self.shown).any():
            return False
        if self.truth is not None and relation.breaks(self.truth).any():
            self.wrong.append(relation.name)
            return False
        return True

    def strongest(self, kind: str, what: str, split: Split, known: Collection[str] = ()) -> list[Relation]:
        """Of a whole and what may be its parts, the strongest belief that is allowed. known: names of what is believed of others
        of their kind, which nothing stronger is believed than.

        In order: the parts make up the whole; they are parts of it, without overlap; they cover it, with overlap; each is part
        of it.
        """
        if not len(split.whole):
            return []
        each = split.each(kind, f"{what}: each <= whole")
        beliefs = [
            [split.sums(kind, f"{what}: sum = whole", 0.0, 0.0)],
            [split.sums(kind, f"{what}: sum <= whole", 0.0, np.inf)],
            [each, split.sums(kind, f"{what}: sum >= whole", -np.inf, 0.0)],
            [each],
        ]
        strongest = next((at for at, belief in enumerate(beliefs) if any(relation.name in known for relation in belief)), 0)
        return next((belief for belief in beliefs[strongest:] if all(self.allow(relation) for relation in belief)), [])
