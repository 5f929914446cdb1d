"""What an authority delivers: one dataset a file, one column a line.

This table is the single description of the input: the pandera schemas, the demo generator, `data/README.md`
and the problems that `sqa check` prints are all made from it.
"""

from dataclasses import dataclass
from typing import Literal

from sqa_lib.codebook import DIMENSIONS

Kind = Literal["id", "unit", "units", "area", "text", "integer", "number", "date", "boolean", "code", "codes"]


@dataclass(frozen=True)
class Column:
    """One column of a dataset.

    name: in Python. header: in the file. kind: how a cell is read (`codes`, `units`: several parted by `|`).
    dimension: for `code` and `codes`, the dimension of the codebook. is_required: an empty cell is refused; a column that is not
    may be missing in the file, which says the same as empty cells.
    minimum, maximum: for integers and numbers. in_school_year: for dates, must lie within the row's school year.
    not_before: for dates, the name of another date of the row that this one can't come before.
    not_above: for numbers, the name of another number of the row that this one is a part of.
    """

    name: str
    header: str
    kind: Kind
    about: str
    dimension: str = ""
    is_required: bool = True
    minimum: float | None = None
    maximum: float | None = None
    in_school_year: bool = False
    not_before: str = ""
    not_above: str = ""


@dataclass(frozen=True)
class Form:
    """Forms that people fill in: a dataset's rows come from all of them together, and from its file where there is one.

    folder: in the report's data. rows: the name of a workbook's sheet, or of a YAML file's list, that holds the rows.
    filled: the columns that people fill in; a row without any of them waits for it. shown: headers that are only for their eyes.
    """

    folder: str
    rows: str
    filled: tuple[str, ...]
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """One file of the input. key: the columns that together occur once. path: its stem; CSV, XLSX or Parquet.

    every_unit: every unit of the school forms concerned has rows each school year, so that one without any has delivered nothing;
    of other datasets (cases, complaints) it may be that nothing has happened there.
    together: pairs of columns of which one decides about the other by definition (a language is a national minority's or not):
    a reader knows which of their codes go together, however few rows there are (`sqa_lib.disclosure.atoms`).
    """

    name: str
    path: str
    label: str
    about: str
    origin: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    form: Form | None = None
    every_unit: bool = False
    together: tuple[tuple[str, str], ...] = ()

    def column(self, name: str) -> Column:
        return {column.name: column for column in self.columns}[name]


def _unit(about: str = "skolenhetens kod i skolenhetsfilen") -> Column:
    return Column("unit", "Skolenhetskod", "unit", about)


def _school_year() -> Column:
    return Column("school_year", "Läsår", "text", "läsår, till exempel 2020/21")


def _gender(is_required: bool = True) -> Column:
    return Column("gender", "Kön", "code", "barnets eller elevens kön", "gender", is_required)


def _code(name: str, header: str, about: str, dimension: str = "", is_required: bool = True) -> Column:
    return Column(name, header, "code", about, dimension or name, is_required)


def _boolean(name: str, header: str, about: str, is_required: bool = True) -> Column:
    return Column(name, header, "boolean", about, is_required=is_required)


def _integer(name: str, header: str, about: str, minimum: float = 0, maximum: float | None = None, not_above: str = "") -> Column:
    return Column(name, header, "integer", about, minimum=minimum, maximum=maximum, not_above=not_above)


def _number(name: str, header: str, about: str, minimum: float = 0, not_above: str = "") -> Column:
    return Column(name, header, "number", about, minimum=minimum, not_above=not_above)


def _date(name: str, header: str, about: str, in_school_year: bool = True, is_required: bool = True) -> Column:
    return Column(name, header, "date", about, is_required=is_required, in_school_year=in_school_year)


def _codes(name: str, header: str, about: str, dimension: str, is_required: bool = True) -> Column:
    return Column(name, header, "codes", f"{about}, åtskilda med |", dimension, is_required)


def _id(about: str = "löpnummer i exporten, inget personnummer") -> Column:
    return Column("row_id", "Löpnummer", "id", about)


# fmt: off
# ruff: noqa: E501  (a table: one column a line)
SCHOOL_UNITS = Dataset(
    "school_units", "skolenheter", "Skolenheter", "alla förskolor, grundskolenheter och gymnasieskolenheter som rapporten omfattar",
    "skolenhetsregistret och huvudmannens organisationsträd", ("unit", "first_year"),
    (
        Column("unit", "Skolenhetskod", "id", "åttasiffrig kod; en rad för varje tid då enheten hade samma namn, område och skolform"),
        Column("unit_name", "Skolenhet", "text", "namn i rapporten"),
        _code("school_form", "Skolform", "skolform"),
        Column("area", "Skolområde", "area", "områdets kod, till exempel HÖB"),
        Column("area_name", "Områdesnamn", "text", "områdets namn"),
        _boolean("is_attendance_project", "Närvaroprojekt", "deltar i närvaroprojektet, om huvudmannen har ett", is_required=False),
        Column("first_year", "Första läsår", "text", "läsåret då enheten öppnade, eller då raden började gälla; tom om den gäller alla tidigare läsår", is_required=False),
        Column("last_year", "Sista läsår", "text", "sista läsåret innan enheten stängde, eller raden slutade gälla; tom om den gäller än", is_required=False),
        Column("former_codes", "Tidigare koder", "units", "koder som samma enhet har haft, åtskilda med |; rader med dem är enhetens", is_required=False),
        Column("replaces", "Ersätter", "units", "koder på andra enheter vars plats enheten tog från det första läsåret, åtskilda med |", is_required=False),
    ),
)

ENROLMENT = Dataset(
    "enrolment", "elever", "Barn och elever", "antal inskrivna den 15 oktober",
    "elevregistret, mätdag 15 oktober", ("school_year", "unit", "year", "gender"),
    (
        _school_year(), _unit(),
        _code("year", "Årskurs", "årskurs; tom för förskola och gymnasieskola", is_required=False),
        _gender(), _integer("pupils", "Antal", "antal barn eller elever"),
    ),
    every_unit=True,
)

NEWLY_ARRIVED = Dataset(
    "newly_arrived", "nyanlanda", "Nyanlända elever", "en rad per elev som mottagits genom välkomstsamtal",
    "resurscentrums mottagningslista", ("row_id",),
    (
        _id(), _school_year(), _unit(), _gender(), _code("year", "Årskurs", "årskurs vid mottagandet"),
        _date("welcome_talk", "Välkomstsamtal", "datum för välkomstsamtalet"),
        _boolean("mapping_1", "Kartläggning steg 1", "språk och erfarenheter, obligatorisk"),
        _boolean("mapping_2_literacy", "Kartläggning steg 2 litteracitet", "obligatorisk"),
        _boolean("mapping_2_numeracy", "Kartläggning steg 2 numeracitet", "obligatorisk"),
        _boolean("mapping_3", "Kartläggning steg 3", "ämneskartläggning, frivillig"),
        _boolean("study_plan", "Individuell studieplan", "krävs för elever som anländer i årskurs 7–9; tom för yngre", is_required=False),
        _boolean("needs_guidance", "Behov av studiehandledning", "behov av studiehandledning på modersmålet"),
    ),
    together=(("year", "study_plan"),),
)

STUDY_GUIDANCE = Dataset(
    "study_guidance", "studiehandledning", "Ansökningar om studiehandledning", "en rad per ansökan",
    "e-tjänsten för ansökan", ("row_id",),
    (
        _id(), _school_year(), _unit(), _gender(), _code("year", "Årskurs", "elevens årskurs"),
        _code("language", "Språk", "sökt språk"), _date("applied", "Ansökan", "ansökningsdatum"),
        _code("decision", "Beslut", "beslut", "guidance_decision"),
        _code("observation", "Iakttagelse", "handläggarens iakttagelse, om någon", "guidance_observation", is_required=False),
    ),
)

MOTHER_TONGUE = Dataset(
    "mother_tongue", "modersmal", "Modersmålselever", "en rad per elev som läst ämnet under läsåret",
    "schema- och betygssystemet, juni", ("row_id",),
    (
        _id(), _school_year(), _unit(), _gender(), _code("year", "Årskurs", "årskurs"),
        _code("language", "Språk", "språk"), _boolean("is_minority", "Nationellt minoritetsspråk", "nationellt minoritetsspråk"),
        _code("place", "Undervisningsform", "på plats eller fjärrundervisning"),
        Column("group", "Undervisningsgrupp", "text", "gruppens beteckning"),
        _boolean("has_left", "Avslutat under läsåret", "eleven slutade före juni; räknas då inte bland elever i juni"),
        _code("grade", "Betyg", "slutbetyg i juni; endast årskurs 6–9", is_required=False),
    ),
    together=(("language", "is_minority"), ("year", "grade"), ("has_left", "grade")),
)

MOTHER_TONGUE_APPLICATIONS = Dataset(
    "mother_tongue_applications", "modersmal_ansokningar", "Ansökningar om modersmålsundervisning", "en rad per ny ansökan",
    "e-tjänsten för ansökan", ("row_id",),
    (
        _id(), _school_year(), _unit(), _gender(), _code("language", "Språk", "sökt språk"),
        _date("applied", "Ansökan", "ansökningsdatum", in_school_year=False),
        _code("outcome", "Utfall", "utfall", "application_outcome"),
    ),
)

HEALTH_CASES = Dataset(
    "health_cases", "elevhalsoarenden", "Elevhälsans ärenden", "en rad per inkommet ärende; skolformsbedömningar ingår inte",
    "elevhälsans e-tjänst", ("row_id",),
    (
        _id(), _school_year(), _unit(), _date("received", "Inkommet", "datum då ärendet kom in"),
        Column(
            "closed", "Avslutat", "date", "datum då ärendet avslutades; tom om pågående", is_required=False, not_before="received",
        ),
        _code("level", "Nivå", "nivå"), _gender(is_required=False),
        Column("case_types", "Ärendetyper", "codes", "en eller flera typer, åtskilda med |", "case_type"),
        Column("professions", "Professioner", "codes", "professioner som deltog, åtskilda med |", "profession", is_required=False),
    ),
    together=(("level", "gender"),),
)

SCHOOL_FORM_ASSESSMENTS = Dataset(
    "school_form_assessments", "skolformsbedomningar", "Skolformsbedömningar", "en rad per utredning om rätt till grundsärskola",
    "resurscentrums ärendelista", ("row_id",),
    (
        _id(), _school_year(), _unit(), _code("received_from", "Inkommet från", "skolform som begärde utredningen", "school_form"),
        _gender(), _date("received", "Inkommet", "datum"),
        _code("decision", "Beslut", "beslut", "assessment_decision"),
    ),
)

PRINCIPALS_SURVEY = Dataset(
    "principals_survey", "rektorsenkat", "Rektorsenkäten: svarande", "en rad per tillfrågad rektor", "enkätverktyget", ("row_id",),
    (_id(), _school_year(), _unit(), _boolean("has_answered", "Besvarat", "har besvarat enkäten")),
)

PRINCIPALS_ANSWERS = Dataset(
    "principals_answers", "rektorsenkat_svar", "Rektorsenkäten: fritextsvar", "en rad per kodat fritextsvar", "enkätverktyget, kodat av analytiker",
    ("row_id",),
    (
        _id(), _school_year(), _unit(), _code("topic", "Område", "vad svaret gäller"), _code("answer_kind", "Slag", "svarets slag"),
        Column("answer", "Svar", "text", "svaret i klartext; publiceras aldrig"),
    ),
)

HEALTH_SURVEY = Dataset(
    "health_survey", "elevhalsoenkat", "Elevhälsoenkäten", "en rad per svarande elev i årskurs 4 och 7",
    "skolsköterskornas elevhälsoenkät", ("row_id",),
    (
        _id(), _school_year(), _unit(), _code("year", "Årskurs", "årskurs", "survey_year"), _gender(),
        _code("sleep", "Sömn", "timmar en vanlig skolnatt", is_required=False),
        _code("activity", "Fysisk aktivitet", "minuter rörelse en vanlig dag", is_required=False),
        _code("breakfast", "Frukost", "äter frukost", "frequency", False),
        _code("school_lunch", "Skollunch", "äter skollunch", "frequency", False),
        _code("stress", "Stress", "känner sig stressad", "frequency", False),
        _code("feels_low", "Mår dåligt", "känner sig nere", "frequency", False),
        _code("pain", "Värk i nacke och axlar", "ergonomiska besvär", "frequency", False),
        _code("work_peace", "Arbetsro", "har arbetsro på lektionerna", "frequency", False),
        _code("safety", "Trygg i skolan", "känner sig trygg i skolan", "frequency", False),
        _code("teachers", "Överens med lärare", "kommer bra överens med sina lärare", "frequency", False),
        _code("adult_to_talk_to", "Vuxen att prata med", "har en vuxen att prata med i skolan", "frequency", False),
        _code("harassed", "Utsatt för kommentarer", "utsatt för nedsättande kommentarer", "frequency", False),
        _code("likes_school", "Trivs i skolan", "hur eleven trivs", "liking", False),
    ),
)

DEVIATIONS = Dataset(
    "deviations", "avvikelser", "Avvikelser i patientsäkerhet", "en rad per rapporterad avvikelse; kalenderår",
    "avvikelsesystemet", ("row_id",),
    (
        _id(), _integer("calendar_year", "Kalenderår", "år då händelsen rapporterades", 2000, 2100), _unit(),
        _code("kind", "Typ", "typ av avvikelse", "deviation_kind"), _code("severity", "Allvarlighetsgrad", "allvarlighetsgrad"),
        _boolean("is_lex_maria", "Lex Maria", "anmäld enligt Lex Maria"),
    ),
)

ABSENCE = Dataset(
    "absence", "franvaro", "Frånvaro", "timmar per skolenhet, årskurs och kön", "frånvarosystemet", ("school_year", "unit", "year", "gender"),
    (
        _school_year(), _unit(), _code("year", "Årskurs", "årskurs"), _gender(),
        _integer("pupils", "Elever", "antal elever i underlaget"),
        _number("scheduled_hours", "Schemalagda timmar", "timmar"),
        _number("valid_hours", "Giltig frånvaro timmar", "timmar", not_above="scheduled_hours"),
        _number("invalid_hours", "Ogiltig frånvaro timmar", "timmar", not_above="scheduled_hours"),
        _integer("high_absence", "Elever med hög frånvaro", "elever med minst 15 procents frånvaro"),
    ),
    every_unit=True,
)

ARTS_SCHOOL = Dataset(
    "arts_school", "kulturskola", "Kulturskolan", "deltagare och kö per skolenhet, ämne och kön", "kulturskolans antagningssystem",
    ("school_year", "unit", "subject", "gender"),
    (
        _school_year(), _unit(), _code("subject", "Ämne", "ämne", "arts_subject"), _gender(),
        _integer("participants", "Deltagare", "elever som deltog under läsåret"),
        _integer("queue", "Kö", "elever i kö vid nästa höststart"),
    ),
)

COMPLAINTS = Dataset(
    "complaints", "skolinspektionsanmalningar", "Anmälningar till Skolinspektionen", "en rad per anmälan", "diariet", ("row_id",),
    (
        _id(), _school_year(), _unit(), _date("received", "Inkommen", "datum"),
        _code("subject", "Gäller", "vad anmälan gäller", "complaint_subject"),
        _code("decision", "Beslut", "beslut", "complaint_decision"),
    ),
)

HEALTH_STAFF = Dataset(
    "health_staff", "elevhalsopersonal", "Elevhälsans personal", "heltidstjänster per profession och skolenhet",
    "personalsystemet, mätdag 15 oktober", ("school_year", "unit", "profession", "funding", "employment"),
    (
        _school_year(), _unit("skolenhetens kod"), _code("profession", "Profession", "profession; speciallärare räknas som specialpedagog"),
        _code("funding", "Finansiering", "grundbemanning eller projektmedel", is_required=False), _number("posts", "Heltidstjänster", "heltidstjänster"),
        _code(
            "employment", "Anställning", "anställd på skolan, delad med andra skolor eller köpt tjänst omräknad till heltid",
            is_required=False,
        ),
    ),
)

SCHOOL_NEED = Dataset(
    "school_need", "skolindex", "Socioekonomiskt behov", "skolans behov enligt huvudmannens modell för resursfördelning",
    "resursfördelningsmodellen", ("school_year", "unit"),
    (_school_year(), _unit(), _code("need", "Behov", "socioekonomiskt behov")),
)

HEALTH_PLANS = Dataset(
    "health_plans", "elevhalsoplaner", "Elevhälsoplaner", "en rad per skolenhet och läsår", "förvaltningens uppföljning",
    ("school_year", "unit"),
    (
        _school_year(), _unit(), _boolean("is_submitted", "Inlämnad", "skolan har lämnat in en elevhälsoplan"),
        _boolean("follows_template", "Följer mallen", "planen följer mallen; tom om ingen plan finns", is_required=False),
        _boolean("is_followed_up", "Uppföljd", "förvaltningen har följt upp planen; tom om ingen plan finns", is_required=False),
        _codes("focus_areas", "Fokusområden", "planens fokusområden", "plan_focus", is_required=False),
    ),
)

PLAN_REVIEWS = Dataset(
    "plan_reviews", "elevhalsoplaner_granskning", "Granskning av elevhälsoplaner", "en rad per granskad plan och granskare",
    "granskarnas formulär", ("school_year", "unit", "reviewer"),
    (
        _school_year(), _unit(), Column("reviewer", "Granskare", "text", "roll och nummer, till exempel granskare 1; aldrig ett namn"),
        *(_code(item.code, item.source, f"bedömning av {item.label}", "rating", False) for item in DIMENSIONS["rubric_item"].codes),
    ),
    Form("reviews", "Granskning", tuple(DIMENSIONS["rubric_item"].names), ("Skolenhet", "Skolområde")),
)

SAFETY_DIALOGUES = Dataset(
    "safety_dialogues", "trygghetsdialoger", "Trygghetsdialoger", "en rad per skolenhet och läsår med en dialog",
    "förvaltningens minnesanteckningar, kodade", ("school_year", "unit"),
    (
        _school_year(), _unit(), _date("held", "Datum", "dag då dialogen hölls"),
        _codes("roles", "Deltagare", "roller som deltog", "dialogue_role"),
        _codes("themes", "Teman", "teman som togs upp", "dialogue_theme"),
    ),
)

OFFENSIVE_TREATMENT = Dataset(
    "offensive_treatment", "krankningsanmalningar", "Anmälningar om kränkande behandling",
    "anmälningar från skolan till huvudmannen (skollagen 6 kap. 10 §)", "diariet", ("school_year", "unit", "gender"),
    (_school_year(), _unit(), _gender(), _integer("notifications", "Anmälningar", "anmälningar om att en elev känner sig kränkt")),
)

SPECIAL_GROUPS = Dataset(
    "special_groups", "su_grupper", "Särskilda undervisningsgrupper", "en rad per skolenhet och läsår med grupper",
    "grundskoleavdelningens kartläggning, 15 oktober", ("school_year", "unit"),
    (
        _school_year(), _unit(), _integer("groups", "Grupper", "antal särskilda undervisningsgrupper"),
        _integer("pupils", "Elever", "antal elever i grupperna"),
        _boolean("in_pilot", "Deltar i pilot", "deltar i pilotinsatsen om metodhandledning"),
    ),
)

LESSON_ABSENCE = Dataset(
    "lesson_absence", "franvaro_lektioner", "Frånvaro från lektioner", "timmar per skolenhet, ämne, veckodag och tid på dagen",
    "frånvarosystemet", ("school_year", "unit", "subject", "weekday", "time_of_day"),
    (
        _school_year(), _unit(), _code("subject", "Ämne", "ämne", "lesson_subject"), _code("weekday", "Veckodag", "veckodag"),
        _code("time_of_day", "Tid på dagen", "när lektionen börjar"), _integer("pupils", "Elever", "antal elever i underlaget"),
        _number("scheduled_hours", "Schemalagda timmar", "timmar"),
        _number("valid_hours", "Giltig frånvaro timmar", "timmar", not_above="scheduled_hours"),
        _number("invalid_hours", "Ogiltig frånvaro timmar", "timmar", not_above="scheduled_hours"),
    ),
)

NETWORKS = Dataset(
    "networks", "professionsnatverk", "Professionsnätverk", "en rad per möte", "nätverksledarnas mötesplan",
    ("school_year", "profession", "school_form", "held"),
    (
        _school_year(),
        _code("profession", "Profession", "nätverkets profession; tom för gemensamma möten för alla professioner", is_required=False),
        _code("school_form", "Skolform", "för vilken skolform; tom om mötet var för båda", is_required=False),
        _date("held", "Datum", "dag då mötet hölls"), _integer("invited", "Inbjudna", "antal inbjudna"),
        _integer("attended", "Deltagare", "antal deltagare", not_above="invited"),
        _codes("focus_areas", "Fokusområden", "fokusområden som togs upp", "network_focus", is_required=False),
    ),
)

TRAINING = Dataset(
    "training", "fortbildning", "Fortbildning", "en rad per tillfälle", "förvaltningens kursadministration", ("row_id",),
    (
        _id(), _school_year(), _date("held", "Datum", "dag då tillfället hölls"), _code("kind", "Slag", "slag", "training_kind"),
        _code("topic", "Ämne", "vad tillfället handlade om", "training_topic"),
        _code("school_form", "Skolform", "för vilken skolform; tom om det var för båda", is_required=False),
        _integer("schools", "Inbjudna skolor", "antal inbjudna skolenheter"),
        _integer("attended", "Deltagande skolor", "antal skolenheter som deltog", not_above="schools"),
    ),
)

CENTRAL_PSYCHOLOGISTS = Dataset(
    "central_psychologists", "centrala_psykologer", "Centralt anställda psykologer",
    "heltidstjänster som huvudmannen placerat på en skolenhet; de ingår inte i elevhalsopersonal", "gymnasieavdelningens plan, 15 oktober",
    ("school_year", "unit"),
    (
        _school_year(), _unit(), _number("posts", "Heltidstjänster", "anställda heltidstjänster på skolan"),
        _number("planned_posts", "Planerade heltidstjänster", "ytterligare heltidstjänster på skolan enligt beslutad plan"),
        _date("planned_from", "Planerade från", "dag då de planerade tjänsterna börjar", in_school_year=False, is_required=False),
    ),
)
# fmt: on

DATASETS: dict[str, Dataset] = {
    dataset.name: dataset
    for dataset in (
        SCHOOL_UNITS,
        ENROLMENT,
        NEWLY_ARRIVED,
        STUDY_GUIDANCE,
        MOTHER_TONGUE,
        MOTHER_TONGUE_APPLICATIONS,
        HEALTH_CASES,
        SCHOOL_FORM_ASSESSMENTS,
        PRINCIPALS_SURVEY,
        PRINCIPALS_ANSWERS,
        HEALTH_SURVEY,
        DEVIATIONS,
        ABSENCE,
        ARTS_SCHOOL,
        COMPLAINTS,
        HEALTH_STAFF,
        SCHOOL_NEED,
        HEALTH_PLANS,
        PLAN_REVIEWS,
        SAFETY_DIALOGUES,
        OFFENSIVE_TREATMENT,
        SPECIAL_GROUPS,
        LESSON_ABSENCE,
        NETWORKS,
        TRAINING,
        CENTRAL_PSYCHOLOGISTS,
    )
}
