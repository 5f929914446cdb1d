"""What is counted: `health_cases[school_form=compulsory, level=group]`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUANTITY = re.compile(r"\s*([\w-]+)\s*(?:\[([^\[\]]*)\])?\s*")


@dataclass(frozen=True, order=True)
class Quantity:
    """A number of things, a whole number. of: what is counted; where: (dimension, code) pairs, sorted by dimension."""

    of: str
    where: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.of}[{', '.join(f'{name}={code}' for name, code in self.where)}]" if self.where else self.of

    @property
    def codes(self) -> dict[str, str]:
        return dict(self.where)

    def without(self, dimension: str) -> "Quantity":
        """The same for all codes of a dimension together."""
        return Quantity(self.of, tuple(pair for pair in self.where if pair[0] != dimension))

    def part(self, dimension: str, code: str) -> "Quantity":
        """The same for one code of a dimension only."""
        return Quantity(self.of, tuple(sorted((*self.without(dimension).where, (dimension, code)))))


def parse_quantity(text: str) -> Quantity:
    """`a[d=c, e=f]` as a quantity; `ValueError` says what is wrong."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        raise ValueError(f"`{text}` is not written as `what` or `what[dimension=code, dimension=code]`")
    pairs = tuple(sorted(_pairs(found[2] or "", text)))
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        raise ValueError(f"`{text}` names a dimension twice")
    return Quantity(found[1], pairs)


def _pairs(inside: str, text: str) -> Iterator[tuple[str, str]]:
    for pair in filter(None, (pair.strip() for pair in inside.split(","))):
        name, equals, code = (part.strip() for part in pair.partition("="))
        if not (name and equals and code):
            raise ValueError(f"`{text}`: `{pair}` is not written as `dimension=code`")
        yield name, code
