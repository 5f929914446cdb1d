"""The demo data as anyone may read it: plainly with pandas, by its Swedish headers."""

from functools import cache
from pathlib import Path

import pandas as pd

COMMITTED = Path(__file__).parents[2] / "data" / "lulea-2020-21"

YEAR = "2020/21"


@cache
def read(folder: Path, stem: str) -> pd.DataFrame:
    """Every cell as text; numbers and dates of a workbook as they are."""
    if (folder / f"{stem}.xlsx").exists():
        return pd.read_excel(folder / f"{stem}.xlsx", engine="calamine", dtype={"Skolenhetskod": str})
    encoding = "cp1252" if stem == "kulturskola" else "utf-8-sig"
    return pd.read_csv(folder / f"{stem}.csv", sep=";", encoding=encoding, dtype=str, keep_default_na=False)


class Data:
    """The rows of one school year, dataset by dataset, with the unit's area and school form."""

    def __init__(self, folder: Path, school_year: str = YEAR):
        self.folder, self.school_year = folder, school_year
        self.units = read(folder, "skolenheter")

    def __call__(self, stem: str) -> pd.DataFrame:
        table = read(self.folder, stem)
        rows = table[table["Läsår"] == self.school_year] if "Läsår" in table else table
        return rows.merge(self.units[["Skolenhetskod", "Skolform", "Skolområde"]], on="Skolenhetskod", validate="many_to_one")

    @property
    def june(self) -> pd.DataFrame:
        return self("modersmal").query("`Avslutat under läsåret` == 'Nej'")

    def graded(self, gender: str = "") -> pd.DataFrame:
        graded = self.june[(self.june["Betyg"] != "") & self.june["Årskurs"].isin(list("6789"))]
        return graded[graded["Kön"] == gender] if gender else graded

    def cases(self, form: str, area: str = "", level: str = "") -> pd.DataFrame:
        cases = self("elevhalsoarenden").query("Skolform == @form")
        cases = cases[cases["Skolområde"] == area] if area else cases
        return cases[cases["Nivå"] == level] if level else cases

    def survey(self, item: str, year: str, gender: str = "") -> pd.Series:
        """The answers of a year group, without the empty."""
        rows = self("elevhalsoenkat").query("Årskurs == @year")
        answers = rows.loc[rows["Kön"] == gender if gender else rows.index, item]
        return answers[answers != ""]
