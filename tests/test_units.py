"""The units of a report and how they nest."""

import pandas as pd
import pytest

from sqa_lib.register import tree_of_datasets
from sqa_lib.report import Authority, ReportError
from sqa_lib.units import Unit, UnitTree, folder_code, form_of, slug, text_of_tree, told_apart, tree_of_text
from tests.spec import assert_table, table


def codes(units: tuple[Unit, ...]) -> list[str]:
    return [unit.code for unit in units]


def test_a_tree_is_made_from_the_school_units() -> None:
    """The municipality, the areas by code, then schools and preschools by form and by name. An area has the forms below it."""
    rows = table(
        """
        unit     | unit_name    | school_form     | area | area_name
        99000002 | Tallskolan   | compulsory      | ÖST  | Östra
        99000001 | Björkskolan  | compulsory      | BCN  | Centrum
        99000009 | Kottens      | preschool       | BCN  | Centrum
        99000005 | Lärkgymnasiet | upper_secondary | ÖST  | Östra
        """
    )
    tree = tree_of_datasets(Authority(code="lulea", name="Luleå kommun"), rows)
    assert_table(
        pd.DataFrame(tree.units).assign(school_forms=lambda units: units["school_forms"].str.join(" ")),
        """
        code     | name           | level        | parent | school_forms
        lulea    | Luleå kommun   | municipality |        | preschool compulsory upper_secondary
        bcn      | Skolområde BCN | area         | lulea  | preschool compulsory
        ost      | Skolområde ÖST | area         | lulea  | compulsory upper_secondary
        99000001 | Björkskolan    | school       | bcn    | compulsory
        99000002 | Tallskolan     | school       | ost    | compulsory
        99000009 | Kottens        | preschool    | bcn    | preschool
        99000005 | Lärkgymnasiet  | school       | ost    | upper_secondary
        """,
    )
    assert codes(tree.of_form("compulsory")) == ["99000001", "99000002"]
    assert codes(tree.of_form("upper_secondary")) == ["99000005"]


def test_a_tree_is_kept_as_text(tree: UnitTree) -> None:
    assert tree_of_text(text_of_tree(tree)) == tree


def test_a_tree_that_was_kept_before_there_were_school_forms_has_none() -> None:
    kept = '[{"code": "all", "name": "Lavhedens kommun", "level": "municipality", "parent": ""}]'
    assert tree_of_text(kept) == UnitTree((Unit("all", "Lavhedens kommun", "municipality"),))


def test_up_and_down_the_tree(tree: UnitTree) -> None:
    assert tree.authority.code == "all"
    assert tree.ancestors("n1") == ("n1", "north", "all")
    assert tree.ancestors("all") == ("all",)
    assert codes(tree.children("north", "school")) == ["n1", "n2"]
    assert codes(tree.children("all", "school")) == ["n1", "n2", "s1"]
    assert codes(tree.children("south", "preschool")) == []
    assert codes(tree.children("n1", "school")) == ["n1"]
    assert codes(tree.at("area", "preschool")) == ["north", "south", "np"]
    assert "np" in tree and "x" not in tree
    assert tree["s1"].name == "Enskolan"


@pytest.mark.parametrize(("unit", "area"), [("all", ""), ("north", ""), ("n1", "Skolområde Norr"), ("np", "Skolområde Norr")])
def test_a_single_unit_lies_in_an_area(unit: str, area: str, tree: UnitTree) -> None:
    assert tree.area_name_of(unit) == area


def test_a_school_without_an_area_lies_in_none() -> None:
    tree = UnitTree((Unit("all", "Lavhedens kommun", "municipality"), Unit("s1", "Enskolan", "school", "all")))
    assert tree.area_name_of("s1") == ""


@pytest.mark.parametrize(("level", "form"), [("preschool", "preschool"), ("school", "")])
def test_all_preschools_have_one_school_form_and_schools_have_several(level: str, form: str) -> None:
    assert form_of(level) == form


def test_the_hierarchy_holds_every_unit_under_itself_and_all_above(tree: UnitTree) -> None:
    below = tree.hierarchy.groupby("ancestor")["unit"].agg(" ".join).reset_index()
    assert_table(
        below,
        """
        ancestor | unit
        all      | all north south n1 n2 s1 np
        north    | north n1 n2 np
        south    | south s1
        n1       | n1
        n2       | n2
        s1       | s1
        np       | np
        """,
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [("HÖB", "hob"), ("Luleå kommun", "lulea-kommun"), ("F–6, Södra / Norra", "f-6-sodra-norra"), ("Café", "cafe")],
)
def test_folder_names_are_plain(text: str, name: str) -> None:
    assert slug(text) == name


# ---- a unit is its code ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "code"),
    [
        ("Luleå", "omrade-lulea"),
        ("99000001", "omrade-99000001"),
        ("CON", "omrade-con"),
        ("lpt1", "omrade-lpt1"),
        ("Norr", "norr"),
    ],
)
def test_an_area_never_has_the_code_of_another_unit_or_a_name_that_no_folder_can_have(area: str, code: str) -> None:
    rows = table(
        f"""
        unit     | unit_name  | school_form | area   | area_name
        99000001 | Granskolan | compulsory  | {area} | Området
        99000002 | Tallskolan | compulsory  | Söder  | Södra
        """
    )
    tree = tree_of_datasets(Authority(code="lulea", name="Luleå kommun"), rows)
    assert tree.ancestors("99000001") == ("99000001", code, "lulea")


def test_a_code_is_free_whatever_is_taken() -> None:
    assert folder_code("Luleå", {"lulea", "omrade-lulea"}) == "omrade-omrade-lulea"
    assert folder_code("–", set()) == "omrade-"


def test_units_of_one_name_are_told_apart_by_their_codes() -> None:
    """The authority keeps its name; so does a unit whose name no other has."""
    units = (
        Unit("all", "Björkskolan", "municipality"),
        Unit("norr", "Skolområde Norr", "area", "all"),
        Unit("99000001", "Björkskolan", "school", "norr"),
        Unit("99000002", "Skolområde Norr", "school", "norr"),
        Unit("99000003", "Riket", "school", "norr"),
        Unit("99000004", "Tallskolan", "school", "norr"),
    )
    assert [unit.name for unit in told_apart(units, ["Riket"])] == [
        "Björkskolan",
        "Skolområde Norr (norr)",
        "Björkskolan (99000001)",
        "Skolområde Norr (99000002)",
        "Riket (99000003)",
        "Tallskolan",
    ]


@pytest.mark.parametrize(
    ("units", "message"),
    [
        ([Unit("a", "A", "municipality"), Unit("a", "B", "school", "a")], "two units have the code a"),
        ([Unit("a", "A", "municipality", "a")], r"unit a \(A\) lies in itself"),
        ([Unit("a", "A", "municipality"), Unit("b", "B", "area", "c"), Unit("c", "C", "area", "b")], "unit b .* lies in itself"),
        ([Unit("a", "A", "municipality"), Unit("b", "B", "area", "x")], "lies in x, which is no unit"),
    ],
)
def test_a_tree_that_nothing_can_be_counted_in_is_refused(units: list[Unit], message: str) -> None:
    with pytest.raises(ReportError, match=message):
        UnitTree(tuple(units))
