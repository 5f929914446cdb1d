"""How quantities are called: by their names in the statistics, or in the report's Swedish."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqa_lib.audit.series import COMPLEMENT, DENOMINATOR, NUMERATOR, OFFICIAL, codes_of
from sqa_lib.codebook import DIMENSIONS
from sqa_lib.metrics import Statistic
from sqa_lib.units import UnitTree


@dataclass(frozen=True)
class Wording:
    """Names as they stand in `audit.json`."""

    shown: str = "shown numbers"
    itself: str = "itself"
    then: str = "as released before"

    def statistic(self, name: str) -> str:
        return name

    def unit(self, code: str) -> str:
        return code

    def breakdown(self, text: str) -> str:
        return f"[{text}]"

    def role(self, role: str) -> str:
        return role


@dataclass(frozen=True)
class Swedish(Wording):
    """Names as a reader of the books knows them."""

    definitions: Mapping[str, Statistic] | None = None
    tree: UnitTree | None = None
    shown: str = "visade tal"
    itself: str = "samma"
    then: str = "enligt vad som publicerats tidigare"

    def statistic(self, name: str) -> str:
        return self.definitions[name].label

    def unit(self, code: str) -> str:
        return self.tree[code].name if code in self.tree else code

    def breakdown(self, text: str) -> str:
        return f"({', '.join(DIMENSIONS[name].label_of(code) for name, code in codes_of(text).items()) or 'alla'})"

    def role(self, role: str) -> str:
        return _ROLES[role]


_ROLES = {
    NUMERATOR: "antal",
    DENOMINATOR: "antal som andelen räknas på",
    COMPLEMENT: "antal som inte ingår i andelen",
    OFFICIAL: "Skolverkets uppgift",
}
