"""The codes of every dimension: what the code says, what a file says, what a report says.

Files are Swedish (`Flicka`), code is English (`girl`), reports are Swedish prose (`flickor`).
This is data, not logic: a new case type or language level is a line here. What plans are reviewed with is in `rubric.yml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqa_lib.rubric import RUBRIC


@dataclass(frozen=True)
class Code:
    """One allowed value of a dimension.

    code: the name in Python and in statistics.
    source: the word in an authority's files (matched without regard to case).
    label: the word in a report's tables and charts.
    """

    code: str
    source: str
    label: str


@dataclass(frozen=True)
class Dimension:
    """A breakdown of statistics: its codes in the order reports show them.

    is_ordered: the order means something (years, levels); otherwise charts sort by size.
    is_open: a list that reports pick from (languages, professions): only the codes that a report's rows have are counted, so that
    a new code changes no other report. A closed one (a scale, gender) is counted whole.
    is_question: its codes are questions of a survey or steps of a form: one that nobody answered in a school year was not asked.
    groups: code → the codes of the dimension `grouped` that it gathers (years into stages), for units too small for these.
    """

    name: str
    label: str
    codes: tuple[Code, ...]
    is_ordered: bool = False
    is_open: bool = False
    is_question: bool = False
    grouped: str = ""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def label_of(self, code: str) -> str:
        return {c.code: c.label for c in self.codes}[code]

    @property
    def names(self) -> list[str]:
        return [c.code for c in self.codes]


def _dimension(
    name: str, label: str, *codes: tuple[str, str, str], is_ordered: bool = False, is_open: bool | None = None, **more: object
) -> Dimension:
    """Without order a dimension is open, unless it says otherwise."""
    is_open = not is_ordered if is_open is None else is_open
    return Dimension(name, label, tuple(Code(*code) for code in codes), is_ordered, is_open, **more)


# fmt: off
# ruff: noqa: E501  (a table: one dimension after another, read across)
_ALL = (
    _dimension("gender", "Kön", ("girl", "Flicka", "flickor"), ("boy", "Pojke", "pojkar"), is_ordered=True),
    _dimension(
        "school_form", "Skolform", ("preschool", "Förskola", "förskola"), ("compulsory", "Grundskola", "grundskola"),
        ("upper_secondary", "Gymnasieskola", "gymnasieskola"), is_ordered=True, is_open=True,
    ),
    _dimension(
        "year", "Årskurs", ("F", "F", "förskoleklass"), *((str(y), str(y), f"årskurs {y}") for y in range(1, 10)),
        is_ordered=True,
    ),
    _dimension(
        "stage", "Årskurser", ("F-3", "", "förskoleklass–årskurs 3"), ("4-6", "", "årskurs 4–6"), ("7-9", "", "årskurs 7–9"),
        is_ordered=True, grouped="year", groups={"F-3": ("F", "1", "2", "3"), "4-6": ("4", "5", "6"), "7-9": ("7", "8", "9")},
    ),
    _dimension(
        "level", "Nivå", ("individual", "Individ", "individnivå"), ("group", "Grupp", "gruppnivå"),
        ("school", "Skola", "skol- eller förskolenivå"), ("none", "Ej kategoriserad", "ej kategoriserad"), is_ordered=True,
    ),
    _dimension(
        "case_type", "Ärendetyp",
        ("reading_writing", "Läs- och skrivutredning", "läs- och skrivutredning"),
        ("multilingual", "Flerspråkighet och sva", "flerspråkighet och svenska som andraspråk"),
        ("attendance", "Problematisk frånvaro", "problematisk frånvaro"),
        ("mental_health", "Psykisk ohälsa", "psykisk ohälsa"),
        ("language_disorder", "Språkstörning", "språkstörning"),
        ("language_development", "Språklig utveckling", "språklig utveckling"),
        ("behaviour", "Beteendeproblematik", "beteendeproblematik"),
        ("social_interaction", "Socialt samspel", "socialt samspel"),
        ("complex_learning", "Komplicerad inlärning", "komplicerad inlärning"),
        ("mathematics", "Matematiksvårigheter", "matematiksvårigheter"),
    ),
    _dimension(
        "profession", "Profession",
        ("psychologist", "Psykolog", "skolpsykologer"), ("special_educator", "Specialpedagog", "specialpedagoger"),
        ("speech_therapist", "Logoped", "logopeder"), ("counsellor", "Kurator", "skolkuratorer"),
        ("nurse", "Skolsköterska", "skolsköterskor"), ("physician", "Skolläkare", "skolläkare"),
        ("social_pedagogue", "Socialpedagog", "socialpedagoger"),
        ("study_counsellor", "Studie- och yrkesvägledare", "studie- och yrkesvägledare"),
        ("school_sociologist", "Skolsociolog", "skolsociologer"),
    ),
    _dimension(
        "funding", "Finansiering", ("base", "Grundbemanning", "grundbemanning"), ("project", "Projekt", "projektmedel"),
        is_ordered=True,
    ),
    _dimension(
        "guidance_decision", "Beslut", ("granted", "Beviljad", "beviljade"), ("denied", "Avslagen", "avslagna"),
        ("open", "Pågående", "pågående"), is_ordered=True,
    ),
    _dimension(
        "guidance_observation", "Iakttagelse",
        ("language_unknown", "Eleven kan inte språket", "eleven kan inte det sökta språket"),
        ("born_in_sweden", "Född i Sverige, gått i svensk förskola", "eleven är född i Sverige och har gått i svensk förskola"),
        ("raise_grade", "Önskar höja godkänt betyg", "önskemål om att höja ett godkänt betyg"),
        ("other_support", "Behöver annan insats", "eleven behöver en annan insats"),
    ),
    _dimension(
        "language", "Språk",
        ("arabic", "Arabiska", "arabiska"), ("english", "Engelska", "engelska"), ("somali", "Somaliska", "somaliska"),
        ("finnish", "Finska", "finska"), ("tigrinya", "Tigrinska", "tigrinska"), ("russian", "Ryska", "ryska"),
        ("spanish", "Spanska", "spanska"), ("german", "Tyska", "tyska"), ("persian", "Persiska", "persiska"),
        ("dari", "Dari", "dari"), ("thai", "Thailändska", "thailändska"), ("chinese", "Kinesiska", "kinesiska"),
        ("french", "Franska", "franska"), ("kurdish", "Kurdiska", "kurdiska"), ("polish", "Polska", "polska"),
        ("bosnian", "Bosniska, kroatiska, serbiska", "bosniska, kroatiska och serbiska"), ("sami", "Samiska", "samiska"),
        ("meankieli", "Meänkieli", "meänkieli"), ("turkish", "Turkiska", "turkiska"), ("urdu", "Urdu", "urdu"),
        ("pashto", "Pashto", "pashto"), ("swahili", "Swahili", "swahili"), ("romanian", "Rumänska", "rumänska"),
        ("portuguese", "Portugisiska", "portugisiska"), ("italian", "Italienska", "italienska"),
        ("dutch", "Nederländska", "nederländska"), ("hungarian", "Ungerska", "ungerska"), ("greek", "Grekiska", "grekiska"),
        ("vietnamese", "Vietnamesiska", "vietnamesiska"), ("hindi", "Hindi", "hindi"),
    ),
    _dimension("place", "Undervisningsform", ("on_site", "På plats", "på plats"), ("remote", "Fjärr", "fjärrundervisning"), is_ordered=True),
    _dimension("grade", "Betyg", *((g, g, g) for g in "ABCDEF"), is_ordered=True),
    _dimension(
        "application_outcome", "Utfall", ("granted", "Beviljad", "beviljade"),
        ("no_teacher", "Lärare saknas", "lärare saknas"),
        ("fewer_than_five", "Färre än fem elever", "färre än fem elever i språket"), is_ordered=True,
    ),
    _dimension(
        "assessment_decision", "Beslut", ("granted", "Mottas", "rätt till mottagande"),
        ("denied", "Mottas inte", "inte rätt till mottagande"), ("open", "Pågående", "inte avslutade"), is_ordered=True,
    ),
    _dimension(
        "topic", "Område", ("pupil_health", "Elevhälsan", "elevhälsan"), ("arts_school", "Kulturskolan", "kulturskolan"),
        ("study_guidance", "Studiehandledning", "studiehandledning på modersmålet"),
        ("mother_tongue", "Modersmål", "modersmålsundervisning"),
    ),
    _dimension(
        "answer_kind", "Slag", ("works_well", "Fungerar väl", "fungerar väl"), ("concern", "Farhåga", "farhågor och utmaningar"),
        ("wish", "Önskemål", "önskemål"), is_ordered=True,
    ),
    _dimension(
        "sleep", "Sömn", ("under_6", "Mindre än 6 timmar", "mindre än 6 timmar"), ("six", "6 timmar", "6 timmar"),
        ("seven", "7 timmar", "7 timmar"), ("eight", "8 timmar", "8 timmar"), ("over_8", "9 timmar eller mer", "9 timmar eller mer"),
        is_ordered=True,
    ),
    _dimension(
        "activity", "Fysisk aktivitet", ("under_30", "Mindre än 30 minuter", "mindre än 30 minuter"),
        ("30_59", "30–59 minuter", "30–59 minuter"), ("60_plus", "60 minuter eller mer", "60 minuter eller mer"), is_ordered=True,
    ),
    _dimension(
        "frequency", "Hur ofta", ("always", "Alltid", "alltid"), ("often", "Ofta", "ofta"), ("sometimes", "Ibland", "ibland"),
        ("seldom", "Sällan", "sällan"), ("never", "Aldrig", "aldrig"), is_ordered=True,
    ),
    _dimension(
        "liking", "Trivsel", ("very_good", "Mycket bra", "mycket bra"), ("good", "Bra", "bra"),
        ("neither", "Varken eller", "varken bra eller dåligt"), ("bad", "Dåligt", "dåligt"),
        ("very_bad", "Mycket dåligt", "mycket dåligt"), is_ordered=True,
    ),
    _dimension(
        "survey_year", "Årskurs", ("4", "4", "årskurs 4"), ("7", "7", "årskurs 7"), is_ordered=True,
    ),
    _dimension(
        "deviation_kind", "Avvikelse", ("vaccination", "Vaccination", "vaccination"), ("records", "Journalföring", "journalföring"),
        ("health_visit", "Hälsobesök", "hälsobesök"), ("medication", "Läkemedel", "läkemedelshantering"),
        ("communication", "Information och samverkan", "information och samverkan"), ("confidentiality", "Sekretess", "sekretess"),
    ),
    _dimension(
        "severity", "Allvarlighetsgrad", ("minor", "Mindre", "mindre allvarlig"), ("moderate", "Måttlig", "måttlig"),
        ("serious", "Allvarlig", "allvarlig"), is_ordered=True,
    ),
    _dimension(
        "complaint_subject", "Anmälan gäller", ("degrading_treatment", "Kränkande behandling", "kränkande behandling"),
        ("special_support", "Särskilt stöd", "särskilt stöd"), ("attendance", "Frånvaro", "frånvaro"),
        ("safety", "Trygghet och studiero", "trygghet och studiero"), ("other", "Övrigt", "övrigt"),
    ),
    _dimension(
        "complaint_decision", "Beslut", ("criticism", "Brist konstaterad", "brist konstaterad"),
        ("no_criticism", "Ingen brist", "ingen brist"), ("handed_over", "Överlämnad till huvudmannen", "överlämnad till huvudmannen"),
        ("open", "Pågående", "pågående"), is_ordered=True,
    ),
    _dimension(
        "absence_kind", "Frånvaro", ("valid", "Giltig", "giltig frånvaro"), ("invalid", "Ogiltig", "ogiltig frånvaro"), is_ordered=True,
    ),
    _dimension(
        "arts_subject", "Ämne", ("music", "Musik", "musik"), ("dance", "Dans", "dans"), ("theatre", "Teater", "teater"),
        ("art", "Bild och form", "bild och form"),
    ),
    _dimension(
        "mapping_step", "Kartläggning", ("step_1", "Steg 1", "steg 1: språk och erfarenheter"),
        ("step_2_literacy", "Steg 2 litteracitet", "steg 2: litteracitet"),
        ("step_2_numeracy", "Steg 2 numeracitet", "steg 2: numeracitet"), ("step_3", "Steg 3", "steg 3: ämneskunskaper"),
        ("study_plan", "Individuell studieplan", "individuell studieplan (årskurs 7–9)"), is_ordered=True, is_question=True,
    ),
    _dimension(
        "survey_item", "Enkätfråga",
        ("likes_school", "", "trivs i skolan"), ("safe", "", "känner sig trygga i skolan"),
        ("teachers", "", "kommer bra överens med lärarna"),
        ("adult", "", "har en vuxen att prata med"),
        ("work_peace", "", "har arbetsro på lektionerna"),
        ("stressed", "", "känner sig stressade"), ("feels_low", "", "mår dåligt"),
        ("harassed", "", "får nedsättande kommentarer"),
        ("pain", "", "har ont i nacke eller axlar"),
        ("sleep_6_or_less", "", "sover 6 timmar eller mindre"), ("sleep_under_6", "", "sover mindre än 6 timmar"),
        ("inactive", "", "rör sig mindre än 60 minuter om dagen"),
        ("breakfast", "", "äter frukost"), ("school_lunch", "", "äter skollunch"),
        is_ordered=True, is_question=True,
    ),
    _dimension(
        "quantile", "Spridning", *((f"p{n}", "", f"{n} procent ligger under") for n in (10, 25, 50, 75, 90)), is_ordered=True,
    ),
    _dimension("spread_over", "Spridning bland", ("authority", "", "landets huvudmän"), ("school", "", "landets skolenheter")),
    _dimension(
        "employment", "Anställning", ("own", "Egen", "egna"), ("shared", "Delad", "delade med andra skolor"),
        ("bought_in", "Köpt", "köpta"), is_ordered=True,
    ),
    _dimension(
        "need", "Socioekonomiskt behov", ("low", "Lågt", "lågt behov"), ("medium", "Medel", "medelstort behov"),
        ("high", "Högt", "högt behov"), is_ordered=True,
    ),
    _dimension(
        "plan_focus", "Fokusområde",
        ("attendance", "Främja närvaro", "främja närvaro"),
        ("interprofessional", "Tvärprofessionell samverkan", "tvärprofessionell samverkan"),
        ("systematics", "Systematik och rutiner", "systematik, rutiner och strukturer"),
        ("sustainable_learning", "Hållbart lärande", "hållbart lärande"),
        ("stress_mental_health", "Stress och psykisk hälsa", "stress och psykisk hälsa"),
        ("learning_environment", "Lärmiljö", "tillgänglig lärmiljö"),
        ("safety_wellbeing", "Trygghet och trivsel", "trygghet och trivsel"),
        ("special_support", "Särskilt stöd", "särskilt stöd"),
    ),
    _dimension("rubric_item", "Kriterium", *((c.code, c.name, c.label) for c in RUBRIC.criteria), is_ordered=True, is_question=True),
    _dimension("rating", "Bedömning", *((r.code, r.name, r.label) for r in RUBRIC.ratings), is_ordered=True),
    _dimension(
        "dialogue_role", "Deltagare",
        ("principal", "Rektor", "rektor"), ("deputy_principal", "Biträdande rektor", "biträdande rektor"),
        ("counsellor", "Kurator", "kurator"), ("nurse", "Skolsköterska", "skolsköterska"), ("psychologist", "Psykolog", "psykolog"),
        ("special_educator", "Specialpedagog", "specialpedagog"), ("safety_group", "Trygghetsgrupp", "skolans trygghetsgrupp"),
        ("administration", "Förvaltningen", "förvaltningen"),
    ),
    _dimension(
        "dialogue_theme", "Tema",
        ("promoting_preventing", "Främjande och förebyggande arbete", "främjande och förebyggande arbete"),
        ("recess", "Rastverksamhet", "styrd rastverksamhet"),
        ("systematics", "Systematik i elevhälsoarbetet", "systematik i elevhälsoarbetet"),
        ("offensive_treatment", "Kränkande behandling", "kränkande behandling"), ("attendance", "Närvaro", "närvaro"),
        ("calm_classrooms", "Studiero", "studiero"), ("mental_health", "Psykisk hälsa", "psykisk hälsa"),
        ("special_support", "Särskilt stöd", "särskilt stöd"), ("social_media", "Sociala medier", "sociala medier"),
    ),
    _dimension(
        "lesson_subject", "Ämne",
        ("swedish", "Svenska", "svenska"), ("english", "Engelska", "engelska"), ("mathematics", "Matematik", "matematik"),
        ("social_studies", "Samhällskunskap och historia", "samhällskunskap och historia"),
        ("natural_science", "Naturkunskap", "naturkunskap"),
        ("physical_education", "Idrott och hälsa", "idrott och hälsa"), ("modern_languages", "Moderna språk", "moderna språk"),
        ("programme_subjects", "Programmets ämnen", "programmets egna ämnen"),
    ),
    _dimension(
        "weekday", "Veckodag", ("monday", "Måndag", "måndag"), ("tuesday", "Tisdag", "tisdag"), ("wednesday", "Onsdag", "onsdag"),
        ("thursday", "Torsdag", "torsdag"), ("friday", "Fredag", "fredag"), is_ordered=True,
    ),
    _dimension(
        "time_of_day", "Tid på dagen", ("before_10", "Före 10", "före klockan 10"), ("10_12", "10–12", "klockan 10–12"),
        ("12_14", "12–14", "klockan 12–14"), ("after_14", "Efter 14", "efter klockan 14"), is_ordered=True,
    ),
    _dimension(
        "network_focus", "Fokusområde",
        ("interprofessional", "Tvärprofessionellt samarbete", "tvärprofessionellt samarbete"),
        ("learning_environment", "Tillgängliga lärmiljöer", "tillgängliga lärmiljöer och särskilt stöd"),
        ("preventing_attendance_health", "Närvaro och psykisk hälsa", "förebyggande arbete för närvaro och psykisk hälsa"),
        ("neurodevelopmental", "NPF", "neuropsykiatriska funktionsnedsättningar"),
    ),
    _dimension(
        "training_kind", "Slag", ("training_day", "Utbildningsdag", "utbildningsdagar"), ("workshop", "Workshop", "workshoppar"),
        ("pilot", "Handledning i pilot", "handledning i pilot"), ("event", "Event", "event"),
    ),
    _dimension(
        "training_topic", "Ämne",
        ("systematic_work", "Systematiskt elevhälsoarbete", "systematiskt elevhälsoarbete"),
        ("special_groups", "Särskilda undervisningsgrupper", "särskilda undervisningsgrupper"),
        ("behaviour_support", "Problemskapande beteende", "problemskapande beteende"),
        ("reading_writing", "Läs- och skrivinlärning", "läs- och skrivinlärning"),
        ("neurodevelopmental", "NPF", "neuropsykiatriska funktionsnedsättningar"), ("attendance", "Närvaro", "närvaro"),
    ),
    _dimension(
        "school_subject", "Ämne",
        ("swedish", "Svenska", "svenska"), ("swedish_second", "Svenska som andraspråk", "svenska som andraspråk"),
        ("english", "Engelska", "engelska"), ("mathematics", "Matematik", "matematik"),
        ("biology", "Biologi", "biologi"), ("physics", "Fysik", "fysik"), ("chemistry", "Kemi", "kemi"), ("technology", "Teknik", "teknik"),
        ("geography", "Geografi", "geografi"), ("history", "Historia", "historia"), ("religion", "Religionskunskap", "religionskunskap"),
        ("civics", "Samhällskunskap", "samhällskunskap"),
        ("art", "Bild", "bild"), ("home_economics", "Hem och konsumentkunskap", "hem- och konsumentkunskap"),
        ("physical_education", "Idrott och hälsa", "idrott och hälsa"), ("music", "Musik", "musik"), ("crafts", "Slöjd", "slöjd"),
        ("language_choice", "Moderna språk, språkval", "moderna språk, språkval"),
        ("language_pupils_choice", "Moderna språk, elevens val", "moderna språk, elevens val"),
        ("language_schools_choice", "Moderna språk, skolans val", "moderna språk, skolans val"),
        ("mother_tongue", "Modersmål", "modersmål"), ("sign_language", "Teckenspråk", "teckenspråk"),
        is_ordered=True, is_open=True,
    ),
    _dimension(
        "compared_with", "Jämfört med", ("expected", "", "det väntade"), ("similar", "", "liknande"), ("previous", "", "förra läsåret"),
        ("country", "", "riket"), ("trend", "", "de första läsåren"), ("gender", "", "flickor och pojkar"), is_ordered=True,
    ),
    _dimension(
        "model_term", "Del av modellen",
        ("constant", "", "konstant"), ("parents_education", "", "föräldrar med eftergymnasial utbildning"),
        ("parents_education_squared", "", "samma andel i kvadrat"), ("foreign_background", "", "utländsk bakgrund"),
        ("girls", "", "flickor"), ("spread", "", "spridning som elevernas bakgrund inte förklarar"),
        ("spread_municipalities", "", "samma spridning bland kommunerna"), ("spread_others", "", "samma spridning bland andra huvudmän"),
        ("explained", "", "förklarad del av skillnaderna"), ("units", "", "skolenheter"), ("nearly_all", "", "skolenheter med nästan alla"),
        is_ordered=True,
    ),
)
# fmt: on

DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _ALL}

NATIONAL_MINORITY_LANGUAGES = ("finnish", "sami", "meankieli")
"""Languages of the demo data with the status of national minority language (lagen 2009:724, 2 §)."""

LANGUAGE_VULNERABILITY = ("reading_writing", "multilingual", "language_disorder", "language_development")
"""Case types that the printed report gathers as "språklig sårbarhet"."""
