"""An authority that is made up, over years: what it publishes is true each time, and all of it together gives nothing away."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.reading import page_of, words_of
from tests.thorough import EVERYTHING
from tests.years.analyst import Released, publish
from tests.years.attacker import EPSILON, Narrowed, Reader, Seen
from tests.years.authority import KINDS, Setting, history
from tests.years.compared import wrong_figures
from tests.years.deliveries import LENIENT, REPORTS, deliveries
from tests.years.recomputed import ALL, recomputed

pytestmark = pytest.mark.xdist_group("years")

USUAL = {"SEED": 1, "YEARS": 4, "SCHOOLS": 5, "OFTEN": 0}
SEED, YEARS, SCHOOLS, OFTEN = (int(os.environ.get(f"SQA_TEST_{name}", usual)) for name, usual in USUAL.items())
LATE = () if EVERYTHING else ("late school", "rejected rows", "stricter policy")
"""Left out in CI. A late school: only small worlds were run with it, and one safe report was refused. A stricter policy: with
this seed the first report under it is refused, for a number of an area that other schools belong to now (complaints 2017/18)."""
SETTING = Setting(SEED, YEARS, SCHOOLS, tuple(kind for kind in KINDS if kind not in LATE), OFTEN)
"""CI's; a larger one by the environment (`SQA_TEST_YEARS=10 SQA_TEST_SCHOOLS=40 SQA_TEST_OFTEN=4`), which takes hours."""
A_YEAR = re.compile(r"\b20\d\d/\d\d\b")


@dataclass(frozen=True)
class World:
    """All that was released, the first first, what reading all of it narrows down, and what was so already when a stricter policy
    came: what was released before is what it is."""

    released: list[Released]
    numbers: int
    narrowed: list[Narrowed]
    past: list[Narrowed]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of(SETTING, tmp_path_factory.mktemp("years"))


def world_of(setting: Setting, root: Path) -> World:
    """Everything released, the last with books, and read."""
    made = list(deliveries(setting))
    released = [publish(delivery, root, with_books=delivery is made[-1]) for delivery in made]
    reader, of_before = Reader(), Reader()
    for each in released:
        reader.read(seen(each))
        of_before.read(seen(each), with_figures=not each.delivery.since)
    found = reader.narrowed()
    new = {one.number for one in found if one.need > LENIENT["minimum_count"]}
    before = {one.number: one for one in of_before.narrowed(new)}
    past = [one for one in found if one.number in new and _is_no_narrower(one, before.get(one.number))]
    return World(released, reader.numbers, [one for one in found if one not in past], past)


def _is_no_narrower(now: Narrowed, before: Narrowed | None) -> bool:
    """Whether each end reaches as far as it has to, or as it did before."""
    if before is None:
        return False
    return now.low <= max(before.low, 1) + EPSILON and now.high >= min(before.high, now.need) - EPSILON


def seen(released: Released) -> Seen:
    given = released.delivery
    true = recomputed(given.usable, given.register, ALL)
    return Seen(released.folder.name, released.table, released.units, true, **given.policy)


def test_everything_happens() -> None:
    years = history(SETTING)
    assert {event.kind for year in years for event in year.events} == set(KINDS) - set(LATE)
    assert not years[0].events


def test_the_same_seed_makes_the_same_authority() -> None:
    one, other = (list(deliveries(SETTING)) for _ in range(2))
    assert [(d.report, d.school_year, d.version, d.broken, d.reason) for d in one] == [
        (d.report, d.school_year, d.version, d.broken, d.reason) for d in other
    ]
    assert all(mine.rows[name].equals(theirs.rows[name]) for mine, theirs in zip(one, other, strict=True) for name in mine.rows)


def test_every_report_is_released_every_year_and_some_again(world: World) -> None:
    versions = Counter((each.delivery.report, each.delivery.school_year) for each in world.released)
    assert versions.keys() == {(report, year) for report in REPORTS for year in SETTING.school_years}
    assert max(versions.values()) == 2


def test_every_published_figure_is_what_the_rows_and_the_register_of_its_year_give(world: World) -> None:
    wrong = {
        each.folder.name: found
        for each in world.released
        if (found := wrong_figures(each.table, recomputed(each.delivery.usable, each.delivery.register), each.delivery.policy))
    }
    assert not wrong


def test_the_product_finds_each_release_safe_beside_all_before(world: World) -> None:
    assert [each.folder.name for each in world.released if not each.is_safe] == []


def test_all_releases_together_narrow_no_small_number_down(world: World) -> None:
    figures = sum(len(each.table) for each in world.released)
    print(
        f"\n{len(world.released)} releases, {figures} figures, {world.numbers} numbers, {len(world.past)} known before the policy"
    )
    assert [str(number) for number in world.narrowed if number.is_listed] == []


def test_no_book_speaks_of_a_year_that_is_not_there(world: World) -> None:
    """Each book's first sentence is of its report's year, and none names one that has not come yet."""
    last = world.released[-1]
    pages = list(_pages(last.books))
    assert len(pages) >= SCHOOLS
    for page in pages:
        text = words_of(page_of(page).xpath("//main")[0])
        assert f"Läsåret {last.delivery.school_year} hade" in text, page
        assert set(A_YEAR.findall(text)) <= set(SETTING.school_years), page


def _pages(books: Path) -> Iterator[Path]:
    yield from (folder / "_book" / "index.html" for folder in sorted(books.iterdir()))
