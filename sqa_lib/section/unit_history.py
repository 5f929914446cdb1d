"""What became of units over the school years, in sentences: who opened and closed, moved, got another name, took over whom."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from sqa_lib.units import SINGLE, Span, Unit, UnitTree
from sqa_lib.words import listed, next_year


def what_became(tree: UnitTree, unit: Unit, first: str, last: str) -> list[str]:
    """A sentence for each thing that happened to the single units at or below one, and to those that left it, after the school
    year `first` and up to `last`; in the units' order. For a single unit only what concerns it."""
    own = [unit] if unit.level in SINGLE else [each for level in SINGLE for each in tree.children(unit.code, level)]
    told = [(year, said) for each in own for year, said in _happened(tree, each)]
    gone = [(year, said) for each in _left(tree, unit) for year, said in _moves(tree, each)]
    return [said for year, said in (*told, *gone) if first < year <= last]


def has_moved(tree: UnitTree, area: Unit, first: str, last: str) -> bool:
    """Whether a unit came to an area from another, or left it for another, after one school year and up to another."""
    there = [each for level in SINGLE for each in tree.children(area.code, level)]
    return any(first < year <= last for each in (*there, *_left(tree, area)) for year, _ in _moves(tree, each))


def _left(tree: UnitTree, area: Unit) -> list[Unit]:
    """Single units of other areas that lay in this one before."""
    return list(tree.left(area.code)) if area.level == "area" else []


def _happened(tree: UnitTree, unit: Unit) -> Iterator[tuple[str, str]]:
    """(first school year in which it is so, sentence)."""
    begun, ended = _from(unit), _until(unit)
    took = {year: [code for when, code in unit.replaces if when == year] for year, _ in unit.replaces}
    if begun:
        instead = f" i stället för {_names(tree, took.pop(begun))}" if begun in took else ""
        yield begun, f"**{unit.name}** öppnade läsåret {begun}{instead}."
    for year, codes in took.items():
        earlier = f"Siffror från tidigare läsår är utan {'dem' if len(codes) > 1 else 'den'}."
        yield year, f"**{unit.name}** tog läsåret {year} över {_names(tree, codes)}. {earlier}"
    yield from _moves(tree, unit)
    yield from _renamed(tree, unit)
    if ended:
        heirs = [each.name for each in tree.at(*SINGLE) if unit.code in {code for _, code in each.replaces}]
        became = f" och ersattes av {listed(heirs)}" if heirs else ""
        yield next_year(ended), f"**{unit.name}** stängde efter läsåret {ended}{became}."


def _moves(tree: UnitTree, unit: Unit) -> Iterator[tuple[str, str]]:
    for before, now in _changes(tree, unit):
        if before.area != now.area:
            said = f"hör från läsåret {now.first_year} till {now.area_name}, tidigare till {before.area_name}"
            yield now.first_year, f"**{unit.name}** {said}."


def _renamed(tree: UnitTree, unit: Unit) -> Iterator[tuple[str, str]]:
    for before, now in _changes(tree, unit):
        if before.name != now.name:
            yield now.first_year, f"**{now.name}** hette före läsåret {now.first_year} {before.name}."


def _changes(tree: UnitTree, unit: Unit) -> Iterator[tuple[Span, Span]]:
    """Each span and the one after it."""
    now = Span(unit.first_year, unit.last_year, unit.name, unit.parent, "")
    spans = sorted((*unit.former, now), key=lambda span: span.first_year)
    return pairwise(replace(each, area_name=tree[each.area].name) if each.area in tree else each for each in spans)


def _from(unit: Unit) -> str:
    """The first school year in which it is open; "" where it was always there."""
    return min([unit.first_year, *(span.first_year for span in unit.former)])


def _until(unit: Unit) -> str:
    """The last school year in which it is open; "" where it is there still."""
    ends = [unit.last_year, *(span.last_year for span in unit.former)]
    return "" if "" in ends else max(ends)


def took_over(tree: UnitTree, unit: Unit, first: str, last: str) -> str:
    """The names of those whose place a unit took after one school year and up to another; "" for none."""
    return _names(tree, [code for year, code in unit.replaces if first < year <= last])


def _names(tree: UnitTree, codes: Sequence[str]) -> str:
    return listed([tree[code].name for code in codes])
