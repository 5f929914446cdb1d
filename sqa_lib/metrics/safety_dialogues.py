"""Safety dialogues (trygghetsdialoger): the authority's recurring dialogue with every school, half of them each school year."""

import pandas as pd

from sqa_lib.metrics.schools import by_form, schools, shares_of_schools, with_form
from sqa_lib.metrics.statistic import Tables, statistic
from sqa_lib.metrics.tally import shares
from sqa_lib.units import UnitTree
from sqa_lib.words import next_year

_SCHOOLS = "grundskolor med elever, den skolform som har trygghetsdialoger"
_DIALOGUES = "trygghetsdialoger mellan förvaltningen och en skola"
_DATE = "läsåret, dag då dialogen hölls"
_NEED = ("safety_dialogues", "school_units", "enrolment")


def _held(tables: Tables) -> pd.DataFrame:
    return tables["safety_dialogues"][["school_year", "unit"]]


def _in_cycle(tables: Tables) -> pd.DataFrame:
    """The schools with a dialogue in a school year or the one before it (the cycle is two years), for years with both."""
    held = _held(tables)
    before = held.assign(school_year=held["school_year"].map(next_year))
    both = set(held["school_year"]) & set(before["school_year"])
    cycle = pd.concat([held, before]).drop_duplicates()
    return cycle[cycle["school_year"].isin(both)]


@statistic(
    "Skolor med trygghetsdialog",
    "count",
    population=_SCHOOLS,
    numerator="skolor som haft en trygghetsdialog under läsåret",
    date=_DATE,
    datasets=_NEED,
    noun=("skola", "skolor"),
    is_about_people=False,
)
def safety_dialogue_schools(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return by_form(with_form(tables, _held(tables)), tree)


@statistic(
    "Andel skolor med trygghetsdialog",
    "share",
    population=_SCHOOLS,
    numerator="skolor som haft en trygghetsdialog under läsåret",
    denominator="alla skolor i skolformen",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
)
def safety_dialogue_coverage(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares_of_schools(tables, tree, _held(tables).assign(is_so=True))


@statistic(
    "Skolor med trygghetsdialog under de två senaste läsåren",
    "share",
    population=_SCHOOLS,
    numerator="skolor som haft en trygghetsdialog under läsåret eller läsåret före",
    denominator="alla skolor i skolformen",
    date=_DATE,
    datasets=_NEED,
    is_about_people=False,
)
def safety_dialogue_cycle(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return shares_of_schools(tables, tree, _in_cycle(tables).assign(is_so=True))


@statistic(
    "Skolor som väntar på trygghetsdialog nästa läsår",
    "count",
    population=_SCHOOLS,
    numerator="skolor som inte haft någon trygghetsdialog under läsåret; skolorna har en vartannat läsår",
    date=_DATE,
    datasets=_NEED,
    noun=("skola", "skolor"),
    is_about_people=False,
)
def safety_dialogues_due(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _schools_without(tables, tree, _held(tables))


@statistic(
    "Skolor utan trygghetsdialog under de två senaste läsåren",
    "count",
    population=_SCHOOLS,
    numerator="skolor som varken haft någon trygghetsdialog under läsåret eller läsåret före",
    date=_DATE,
    datasets=_NEED,
    noun=("skola", "skolor"),
    is_about_people=False,
)
def safety_dialogues_overdue(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _schools_without(tables, tree, _in_cycle(tables))


def _schools_without(tables: Tables, tree: UnitTree, having: pd.DataFrame) -> pd.DataFrame:
    """Tally of the schools that are not in `having` in a year, of the school forms that ever are."""
    forms = with_form(tables, having)["school_form"].unique()
    everyone = schools(tables)
    everyone = everyone[everyone["school_form"].isin(forms) & everyone["school_year"].isin(having["school_year"].unique())]
    marked = everyone.merge(having, on=["school_year", "unit"], how="left", indicator="found")
    return by_form(marked, tree, where=marked["found"] == "left_only")


@statistic(
    "Teman i trygghetsdialogerna",
    "share",
    population=_DIALOGUES + ". En dialog kan ha flera teman",
    numerator="trygghetsdialoger där temat togs upp",
    denominator="alla trygghetsdialoger under läsåret",
    date=_DATE,
    datasets=("safety_dialogues", "school_units"),
    is_about_people=False,
    compared_over="dialogue_theme",
)
def safety_dialogue_themes(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _share_naming(tables, tree, "themes", "dialogue_theme")


@statistic(
    "Deltagare i trygghetsdialogerna",
    "share",
    population=_DIALOGUES,
    numerator="trygghetsdialoger där rollen deltog",
    denominator="alla trygghetsdialoger under läsåret",
    date=_DATE,
    datasets=("safety_dialogues", "school_units"),
    is_about_people=False,
    compared_over="dialogue_role",
)
def safety_dialogue_roles(tables: Tables, tree: UnitTree) -> pd.DataFrame:
    return _share_naming(tables, tree, "roles", "dialogue_role")


def _share_naming(tables: Tables, tree: UnitTree, column: str, dimension: str) -> pd.DataFrame:
    dialogues = with_form(tables, tables["safety_dialogues"])
    naming = dialogues.explode(column).rename(columns={column: dimension})
    return shares(by_form(naming, tree, [(dimension,)]), by_form(dialogues, tree), drop=(dimension,))
