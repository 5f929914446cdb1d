"""Definitions and words, explained in plain Swedish."""

from collections.abc import Iterator, Mapping, Sequence

from sqa_lib.metrics import Statistic
from sqa_lib.metrics.national import statistic_name
from sqa_lib.sources.datasets import DATASETS
from sqa_lib.sources.skolverket.measures import ALL_MEASURES, GROUPS, Measure
from sqa_lib.words import lower_first, sentence

FIGURES_USED = "Definition, population och källa för avsnittets siffror:"

_WORDS = {
    "huvudman": "den kommun eller det företag som ansvarar för skolan eller förskolan.",
    "skolenhet": "en skola, eller en del av en skola, som leds av en rektor och har en egen kod hos Skolverket.",
    "procentenhet": "skillnaden mellan två andelar. Från 40 till 50 procent är 10 procentenheter.",
}
_WORDS_OF = {
    "health_staff": {
        "elevhälsa": "skolans samlade medicinska, psykologiska, psykosociala och specialpedagogiska insatser.",
    },
    "health_cases": {
        "individnivå, gruppnivå, skolnivå": (
            "om ett ärende gäller en eller flera elever, en grupp eller klass, eller hela skolan."
        ),
        "svenska som andraspråk (sva)": "ämnet för elever som har ett annat modersmål än svenska.",
    },
    "study_guidance": {"studiehandledning på modersmålet": "stöd i skolans ämnen på elevens starkaste språk."},
    "school_form_assessments": {"skolformsbedömning": "utredning om en elev har rätt att tas emot i grundsärskolan."},
    "mother_tongue": {
        "fjärrundervisning": "undervisning där läraren och eleverna är på olika platser och ses på skärm.",
    },
}
"""Dataset → words that a report with statistics of it uses."""
_INTERVAL = "ett mått på osäkerhet. Ett 95-procentigt intervall täcker det underliggande värdet i 95 fall av 100."
_NATIONAL_WORDS = {
    "delmål": "de sex mål som det nationella kvalitetssystemet följer upp för grundskolan.",
    "index 0–10": "ett medelvärde av svaren på två till fem frågor i Skolinspektionens skolenkät; 10 är bäst.",
}


OFFICIAL = (
    "Skolverkets värden är hämtade som de är. Elever, personal och resultat avser läsåret. Kostnader avser kalenderåret då "
    "läsåret börjar. Skolenkäten avser kalenderåret då läsåret slutar; hälften av landets skolenheter deltar varje år."
)
"""Where the national values come from; after Skolverket's own notes in its files."""
_TITLES = GROUPS | {
    "leaving": "Efter årskurs 9", "grades": "Betyg", "tests": "Nationella prov", "qualifications": "Lärarnas legitimation",
}  # fmt: skip


def words(known: Sequence[Statistic]) -> str:
    """A list in alphabetical order, of the words that a report with these statistics uses."""
    datasets = {name for each in known for name in each.datasets}
    found = dict(_WORDS)
    if any(each.kind == "share" for each in known):
        found["konfidensintervall"] = _INTERVAL
    for dataset in datasets & set(_WORDS_OF):
        found |= _WORDS_OF[dataset]
    if any(each.kind == "official" for each in known):
        found |= _NATIONAL_WORDS
    return "\n".join(f"- **{sentence(word)}**: {meaning}" for word, meaning in sorted(found.items()))


def definitions(known: Sequence[Statistic]) -> str:
    """All definitions, each with its anchor (`anchor`): our own one by one, Skolverket's measures gathered in their groups."""
    own = [_definition_of(definition) for definition in known if definition.kind != "official"]
    official = {definition.id: definition for definition in known if definition.kind == "official"}
    return "\n".join([*own, *_official(official)]) + (f"\n\n{OFFICIAL}" if official else "")


def anchor(definition: Statistic) -> str:
    """`anchor(health_cases) == "def-health-cases"`."""
    return f"def-{definition.id.replace('_', '-')}"


def _definition_of(definition: Statistic) -> str:
    """One statistic as an item of a list: what is counted, over what, among whom, when, from which data."""
    over = f", delat med {definition.denominator}" if definition.denominator else ""
    together = " Ges även för flera läsår tillsammans." if definition.pooled else ""
    said = f"{definition.numerator}{over}. Gäller {definition.population}. Tidpunkt: {definition.date}.{together}"
    return f"- [**{definition.label}**]{{#{anchor(definition)}}}: {said} {_source(definition)}"


def _source(definition: Statistic) -> str:
    data = [DATASETS[name] for name in definition.datasets]
    return "Källa: " + "; ".join(f"*{lower_first(each.label)}* ({each.origin})" for each in data) + "."


def _official(known: Mapping[str, Statistic]) -> Iterator[str]:
    """The groups of Skolverket's measures, each measure with the name that Skolverket gives it; then what is reckoned from
    them, one by one."""
    for group, label in _TITLES.items():
        of_group = [measure for measure in ALL_MEASURES if measure.group == group and statistic_name(measure.name) in known]
        if of_group:
            yield f"- **{label}** (Skolverket)"
            yield from (f"    - {_measure(known[statistic_name(measure.name)], measure)}" for measure in of_group)
    told = {statistic_name(measure.name) for measure in ALL_MEASURES}
    for name, each in known.items():
        if name not in told:
            yield f"- [**{each.label}**]{{#{anchor(each)}}}: {each.numerator}. Tidpunkt: {each.date}."


def _measure(definition: Statistic, measure: Measure) -> str:
    called = f": ”{measure.source.rstrip('*')}”" if measure.source else ""
    return f"[{definition.label}]{{#{anchor(definition)}}}, {definition.unit_of_measure}{called}"


def figures_used(seen: Sequence[Statistic], is_linked: bool) -> str:
    """The list that ends a section: every statistic in it, with a link to where the last chapter defines it."""
    names = [f"[{lower_first(each.label)}](about.qmd#{anchor(each)})" if is_linked else lower_first(each.label) for each in seen]
    return f"::: {{.figures-used}}\n{FIGURES_USED} {'; '.join(names)}.\n:::"
