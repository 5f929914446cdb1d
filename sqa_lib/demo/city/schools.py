"""The invented city: its areas, its 140 compulsory and 30 upper-secondary units, and who is enrolled in them.

Areas bear words for real districts, as the printed report names one of them; every school is invented, and its code begins with
9901, which no real unit's does.
"""

from dataclasses import dataclass

import pandas as pd

from sqa_lib.demo.chance import Rng, deal, stream
from sqa_lib.demo.school_year import SchoolYear, enrolment, pupils_of

NEEDS = ("low", "medium", "high")


@dataclass(frozen=True)
class Area:
    """needs: how many of its compulsory units have low, medium and high need. compulsory, upper_secondary: names of units."""

    name: str
    needs: tuple[int, int, int]
    compulsory: str
    upper_secondary: str


# fmt: off
AREAS = {
    "Järva": Area(
        "Järva", (0, 2, 12),
        "Kvarts Glimmer Gnejs Granat Fältspats Skiffer Kalkstens Täljstens Porfyr Diabas Opal Agat Topas Ametist",
        "Andromeda Kassiopeja Schedar",
    ),
    "Hässelby-Vällingby": Area(
        "Hässelby och Vällingby", (2, 5, 7),
        "Batist Damast Kypert Satin Organza Muslin Flanell Tweed Brokad Gobeläng Sammets Jersey Taft Velour",
        "Cepheus Akvila Delfinus",
    ),
    "Bromma": Area(
        "Bromma", (11, 3, 0),
        "Fagott Oboe Klarinett Cello Viola Cittra Trumpet Valthorns Xylofon Mandolin Pikkola Celesta Cembalo Okarina",
        "Auriga Almach Hamal",
    ),
    "Kungsholmen": Area(
        "Kungsholmen", (12, 2, 0),
        "Passad Monsun Cirrus Kumulus Stratus Dimfrost Rimfrost Snökristall Åskmolns Daggdropps Solkatts Månljus Kvällsbris "
        "Duggregns",
        "Deneb Altair Arkturus",
    ),
    "Norrmalm-Östermalm": Area(
        "Norrmalm och Östermalm", (12, 2, 0),
        "Pilaster Kapitäl Fronton Kornisch Burspråks Lanternin Arkad Balustrad Kolonnad Rosett Mansard Altan Pergola Portik",
        "Prokyon Rigel Spica",
    ),
    "Södermalm": Area(
        "Södermalm", (9, 5, 0),
        "Kölsvins Spant Relings Kajut Mesan Fock Klyvar Spinnaker Ankarspels Styrbords Babords Bogspröts Rorkults Akterspegel",
        "Antares Regulus Castor",
    ),
    "Enskede-Årsta": Area(
        "Enskede och Årsta", (5, 6, 3),
        "Hyvel Stämjärns Vattenpass Rubank Skruvtvings Lövsågs Tumstocks Filklove Drillborrs Passar "
        "Klubbhammar Rasp Stickel Vinkelhake",
        "Pollux Aldebaran Mizar",
    ),
    "Farsta-Skarpnäck": Area(
        "Farsta och Skarpnäck", (3, 7, 4),
        "Citronfjärils Makaon Nässelfjärils Påfågelöge Sorgmantel Pärlemor Snabbvinge Kålfjärils Blåvinge Guldvinge "
        "Tistelfjärils Smygar Svärmar Spinnar",
        "Algol Alkor Bellatrix",
    ),
    "Hägersten-Älvsjö": Area(
        "Hägersten och Älvsjö", (7, 5, 2),
        "Kardemumma Saffrans Muskot Anis Kummin Nejlik Timjan Mejram Salvia Oregano Basilika Körvel Libbsticke Lagerblads",
        "Menkar Naos Alphard",
    ),
    "Skärholmen": Area(
        "Skärholmen", (0, 3, 11),
        "Hambo Schottis Mazurka Vals Polska Menuett Tango Foxtrot Gavott Quickstep Kadrilj Polonäs Slängpolska Bugg",
        "Izar Sadr Tarazed",
    ),
}
"""By the code that the file gives the area."""
# fmt: on

YEARS = {"F123456": 62, "F123456789": 58, "789": 20}
"""How many compulsory units have which years."""

PUPILS_PER_YEAR = {"F123456": 62, "F123456789": 68, "789": 150}
UPPER_SECONDARY_PUPILS = 590
SMALLEST = 90

GROWTH = {
    "2018/19": 0.992,
    "2019/20": 0.998,
    "2020/21": 1.003,
    "2021/22": 1.006,
    "2022/23": 1.008,
    "2023/24": 1.005,
    "2024/25": 1.0,
}
"""Enrolment as a share of that of 2024/25."""


def units(seed: int) -> pd.DataFrame:
    """All units: unit, unit_name, school_form, area, area_name, years (one letter each), size (pupils in 2024/25), need."""
    compulsory = [(f"{stem}skolan", "compulsory", code) for code, area in AREAS.items() for stem in area.compulsory.split()]
    upper = [
        (f"{stem}gymnasiet", "upper_secondary", code) for code, area in AREAS.items() for stem in area.upper_secondary.split()
    ]
    table = pd.DataFrame(compulsory + upper, columns=["unit_name", "school_form", "area"])
    first = table.school_form.map({"compulsory": 99011001, "upper_secondary": 99012001})
    table["unit"] = (first + table.groupby("school_form").cumcount()).astype(str)
    rng = stream(seed, "school_units")
    table["years"] = deal(YEARS, rng) + [""] * len(upper)
    table["need"] = _needs(rng, len(upper))
    return table.assign(area_name=table.area.map({code: area.name for code, area in AREAS.items()}), size=_sizes(table, rng))


def _needs(rng: Rng, upper_secondary: int) -> list[str]:
    """In compulsory school by area; pupils in upper secondary come from the whole city, so that a third have each need."""
    compulsory = [need for area in AREAS.values() for need in deal(dict(zip(NEEDS, area.needs, strict=True)), rng)]
    return compulsory + deal(dict.fromkeys(NEEDS, upper_secondary // len(NEEDS)), rng)


def _sizes(table: pd.DataFrame, rng: Rng) -> list[int]:
    compulsory = table.years.str.len() * table.years.map(PUPILS_PER_YEAR)
    mean = compulsory.where(table.years != "", UPPER_SECONDARY_PUPILS)
    return [max(SMALLEST, round(size)) for size in mean * rng.gamma(6, 1 / 6, len(table))]


def school_year(name: str, seed: int) -> SchoolYear:
    """The units and a draw of who is enrolled in them."""
    all_units = units(seed)
    enrolled = enrolment(all_units, GROWTH[name], stream(seed, "enrolment", name))
    return SchoolYear(name, seed, all_units, enrolled, pupils_of(enrolled, all_units))


def ranked(table: pd.DataFrame, what: str, seed: int, by_need: float = 1.0) -> pd.DataFrame:
    """The units in an order that is the same every school year. by_need: how much those with greater need tend to come first."""
    order = stream(seed, "rank", what).normal(size=len(table)) + by_need * table["need"].map(NEEDS.index).to_numpy()
    return table.iloc[order.argsort()[::-1]]
