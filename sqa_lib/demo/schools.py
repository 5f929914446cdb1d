"""The invented municipality: its areas, its 37 compulsory units and 48 preschools, and who is enrolled in them.

Areas are those of the printed report; every school is invented, and its code begins with 9900, which no real unit's does.
"""

import pandas as pd

from sqa_lib.demo.chance import stream
from sqa_lib.demo.school_year import SchoolYear, enrolment, pupils_of

AREAS = {
    "HÖB": "Hertsön, Örnäset och Björkskatan",
    "SRG": "Sunderbyn, Råneå och Gammelstad",
    "BCN": "Notviken, Centrum och Bergnäset",
}

_F6, _79, _F9 = "F123456", "789", "F123456789"

# fmt: off
_COMPULSORY = {
    "HÖB": (
        ("Lingonskolan F–6", _F6, 286), ("Lingonskolan 7–9", _79, 392), ("Havtornsskolan", _79, 368), ("Blåbärsskolan", _F6, 262),
        ("Hjortronskolan", _F6, 228), ("Rönnbärsskolan", _F6, 201), ("Odonskolan", _F6, 164), ("Kråkbärsskolan", _F6, 141),
        ("Enbärsskolan", _F6, 112), ("Tranbärsskolan", _F6, 96), ("Smultronskolan", _F6, 88), ("Vildrosskolan", _F6, 64),
    ),
    "SRG": (
        ("Ripskolan F–6", _F6, 226), ("Ripskolan 7–9", _79, 268), ("Tjäderskolan", _F9, 298), ("Orrskolan", _F6, 156),
        ("Transkolan", _F6, 136), ("Lavskrikeskolan", _F6, 121), ("Domherreskolan", _F6, 97), ("Sidensvansskolan", _F6, 74),
        ("Lommskolan", _F6, 52), ("Järpskolan", _F6, 38), ("Sparvuggleskolan", _F6, 25),
    ),
    "BCN": (
        ("Granskolan F–6", _F6, 318), ("Granskolan 7–9", _79, 428), ("Aspskolan", _79, 334), ("Almskolan", _F9, 462),
        ("Lärkträdsskolan", _F6, 264), ("Sälgskolan", _F6, 210), ("Hasselskolan", _F6, 178), ("Olvonskolan", _F6, 149),
        ("Häggskolan", _F6, 126), ("Videskolan", _F6, 117), ("Pilskolan", _F6, 92), ("Oxelskolan", _F6, 73),
        ("Idegransskolan", _F6, 60), ("Kaprifolskolan", _F6, 41),
    ),
}
"""Per area: name, years, pupils on 15 October 2020."""

_PRESCHOOLS = {
    "HÖB": (
        ("Renlaven", 112), ("Islandslaven", 100), ("Skägglaven", 96), ("Kartlaven", 92), ("Fönsterlaven", 87),
        ("Bägarlaven", 83), ("Vinterlaven", 79), ("Tagellaven", 74), ("Navellaven", 71), ("Snölaven", 64),
        ("Påskrislaven", 60), ("Lunglaven", 56), ("Blåslaven", 51), ("Garnlaven", 48), ("Gällaven", 43),
        ("Strutlaven", 37),
    ),
    "SRG": (
        ("Videsparven", 98), ("Fjällpiparen", 89), ("Lappmesen", 82), ("Snösparven", 75), ("Blåhaken", 69),
        ("Berglärkan", 60), ("Tretåspetten", 53), ("Smalnäbben", 46), ("Kärrsnäppan", 40), ("Lappsparven", 32),
        ("Skärpiplärkan", 25), ("Mosnäppan", 18),
    ),
    "BCN": (
        ("Dvärgbjörken", 123), ("Ripbäret", 114), ("Mjölonriset", 108), ("Kattfoten", 102), ("Fjällgröna", 98),
        ("Lappljungen", 94), ("Isranunkeln", 89), ("Purpurbräckan", 85), ("Fjällsippan", 82), ("Kantljungen", 79),
        ("Spindelblomman", 75), ("Torvullen", 72), ("Knagglestarren", 69), ("Slåtterfibblan", 66), ("Rosenroten", 61),
        ("Ormroten", 58), ("Silverfingret", 54), ("Jungfrulinet", 50), ("Skogsfrun", 45), ("Myrliljan", 40),
    ),
}
"""Per area: name after "Förskolan", children on 15 October 2020."""
# fmt: on

ATTENDANCE_PROJECT = ("Havtornsskolan", "Granskolan 7–9", "Tjäderskolan")

GROWTH = {"2018/19": 0.985, "2019/20": 0.992, "2020/21": 1.0}
"""Enrolment as a share of that of 2020/21."""


def units() -> pd.DataFrame:
    """All units: unit, unit_name, school_form, area, area_name, is_attendance_project, years (one letter each), size."""
    compulsory = [(name, "compulsory", area, years, size) for area in AREAS for name, years, size in _COMPULSORY[area]]
    preschools = [(f"Förskolan {name}", "preschool", area, "", size) for area in AREAS for name, size in _PRESCHOOLS[area]]
    table = pd.DataFrame(compulsory + preschools, columns=["unit_name", "school_form", "area", "years", "size"])
    first = table.school_form.map({"compulsory": 99001001, "preschool": 99002001})
    table["unit"] = (first + table.groupby("school_form").cumcount()).astype(str)
    return table.assign(area_name=table.area.map(AREAS), is_attendance_project=table.unit_name.isin(ATTENDANCE_PROJECT))


def school_year(name: str, seed: int) -> SchoolYear:
    """The units and a draw of who is enrolled in them."""
    all_units = units()
    enrolled = enrolment(all_units, GROWTH[name], stream(seed, "enrolment", name))
    return SchoolYear(name, seed, all_units, enrolled, pupils_of(enrolled, all_units))
