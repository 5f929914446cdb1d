"""What became of schools, in sentences: each change once, in the books that it concerns."""

import io

import pandas as pd
import pytest

from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Authority
from sqa_lib.section.unit_history import has_moved, took_over, what_became
from sqa_lib.units import UnitTree

REGISTER = """unit;unit_name;school_form;area;area_name;first_year;last_year;replaces
99000001;Granskolan;compulsory;NORR;Norra;;2019/20;
99000001;Granskolan;compulsory;SÖDER;Södra;2020/21;;
99000002;Gamla skolan;compulsory;NORR;Norra;;2018/19;
99000003;Lilla skolan;compulsory;NORR;Norra;;2018/19;
99000004;Tallskolan;compulsory;NORR;Norra;;2018/19;
99000004;Nya Tallskolan;compulsory;NORR;Norra;2019/20;;99000002|99000003
99000005;Enskolan;compulsory;SÖDER;Södra;;;
99000006;Stora skolan;compulsory;VÄST;Västra;;2018/19;
99000007;Västskolan;compulsory;SÖDER;Södra;2019/20;;99000006
99000008;Östskolan;compulsory;SÖDER;Södra;2019/20;;99000006
99000009;Kommande skolan;compulsory;SÖDER;Södra;2022/23;;
"""
MOVED = "**Granskolan** hör från läsåret 2020/21 till Skolområde SÖDER, tidigare till Skolområde NORR."
TOOK = "**Nya Tallskolan** tog läsåret 2019/20 över Gamla skolan och Lilla skolan. Siffror från tidigare läsår är utan dem."
RENAMED = "**Nya Tallskolan** hette före läsåret 2019/20 Tallskolan."
CLOSED = [
    f"**{name}** stängde efter läsåret 2018/19 och ersattes av Nya Tallskolan." for name in ("Gamla skolan", "Lilla skolan")
]
SPLIT = "**Stora skolan** stängde efter läsåret 2018/19 och ersattes av Västskolan och Östskolan."
OPENED = [f"**{name}** öppnade läsåret 2019/20 i stället för Stora skolan." for name in ("Västskolan", "Östskolan")]
BOOKS = {
    "lavheden": [*CLOSED[:1], MOVED, *CLOSED[1:], TOOK, RENAMED, SPLIT, *OPENED],
    "norr": [*CLOSED, TOOK, RENAMED, MOVED],
    "soder": [MOVED, *OPENED],
    "vast": [SPLIT],
    "99000001": [MOVED],
    "99000004": [TOOK, RENAMED],
    "99000005": [],
    "99000008": OPENED[1:],
}


@pytest.fixture(scope="module")
def tree() -> UnitTree:
    rows = pd.read_csv(io.StringIO(REGISTER), sep=";", dtype="str")
    rows["replaces"] = [() if pd.isna(cell) else tuple(cell.split("|")) for cell in rows["replaces"]]
    return tree_of_datasets(Authority(code="lavheden", name="Lavhedens kommun"), rows, "2020/21")


@pytest.mark.parametrize("unit", BOOKS)
def test_each_book_tells_what_became_of_its_units(unit: str, tree: UnitTree) -> None:
    assert what_became(tree, tree[unit], "2017/18", "2020/21") == BOOKS[unit]


def test_what_happened_before_the_first_figures_or_after_the_report_is_not_told(tree: UnitTree) -> None:
    assert what_became(tree, tree["lavheden"], "2019/20", "2020/21") == [MOVED]
    assert what_became(tree, tree["lavheden"], "2020/21", "2021/22") == []
    assert "Kommande" not in str(what_became(tree, tree["soder"], "2017/18", "2020/21"))


def test_areas_whose_units_came_or_left_and_schools_that_took_over_others(tree: UnitTree) -> None:
    moved = {code: has_moved(tree, tree[code], "2018/19", "2020/21") for code in ("norr", "soder", "vast")}
    assert moved == {"norr": True, "soder": True, "vast": False}
    assert not has_moved(tree, tree["norr"], "2020/21", "2021/22")
    assert took_over(tree, tree["99000004"], "2018/19", "2019/20") == "Gamla skolan och Lilla skolan"
    assert took_over(tree, tree["99000004"], "2019/20", "2020/21") == ""
