"""Which statistics a section's reader sees: a figure tells when it is written down, in a sentence, a table or a chart's words."""

from dataclasses import dataclass, field, fields

from sqa_lib.published import Cell, Published


@dataclass(frozen=True)
class SeenCell(Cell):
    """A figure that puts its statistic among the `seen` when it is worded; asking whether it is known, or large, does not."""

    seen: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def figure(self) -> str:
        self.seen.add(self.statistic.id)
        return super().figure

    @property
    def alone(self) -> str:
        self.seen.add(self.statistic.id)
        return super().alone

    def __str__(self) -> str:
        self.seen.add(self.statistic.id)
        return super().__str__()


@dataclass(frozen=True)
class Watched(Published):
    """Published statistics that know what was written down of them."""

    seen: set[str] = field(default_factory=set, compare=False, repr=False)

    @classmethod
    def of(cls, published: Published) -> "Watched":
        return cls(**_parts(published))

    def cell(self, statistic: str, unit: str, school_year: str, **codes: str) -> SeenCell:
        return SeenCell(**_parts(super().cell(statistic, unit, school_year, **codes)), seen=self.seen)


def _parts(made: Cell | Published) -> dict:
    return {part.name: getattr(made, part.name) for part in fields(made)}
