"""One report: an authority, a school year, a list of sections. Read from `params/<report>.yml`, every key checked."""

import datetime
import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.school_years import SchoolYear
from sqa_lib.sources.datasets import DATASETS, SCHOOL_UNITS
from sqa_lib.words import nearest
from sqa_lib.yaml_loader import read_yaml

if TYPE_CHECKING:
    from sqa_lib.units import Unit

Level = Literal["municipality", "area", "school", "preschool"]
LEVELS: tuple[Level, ...] = get_args(Level)
USUAL_LEVELS: tuple[Level, ...] = ("municipality", "area", "school")
"""Of a section that names none."""


TOLD = "told"
Told = Annotated[str, TOLD]
"""A parameter that readers see: text, never markup (`sqa_lib.markdown`)."""


class ReportError(Exception):
    """The parameters of a report can't be used; the message names the file, the key and what is allowed."""


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


NO_FOLDERS = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(10))})
"""What no folder can be called everywhere: Windows keeps these for devices."""


class Authority(_Checked):
    """The responsible authority (huvudman). code: the folder name of its own book."""

    code: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: Told
    organisation_number: str = ""

    @field_validator("code")
    @classmethod
    def _can_be_a_folder(cls, code: str) -> str:
        if code in NO_FOLDERS:
            raise ValueError(f"`{code}` can't be a folder's name on Windows; write another code, such as `{code}-kommun`")
        return code


class Design(_Checked):
    """An authority's look: two colours as `#rrggbb` and, optionally, a logo (SVG or PNG, path from the project's root)."""

    primary: str = Field("#1d4e6b", pattern=r"^#[0-9a-fA-F]{6}$")
    accent: str = Field("#b4541a", pattern=r"^#[0-9a-fA-F]{6}$")
    logo: str = ""


class Thresholds(_Checked):
    """From how many on figures are published.

    minimum_count: a count of 1 to this − 1 people is withheld, and can't be worked out from other figures.
    minimum_denominator: shares and means on fewer people are withheld.
    """

    minimum_count: int = Field(5, ge=1)
    minimum_denominator: int = Field(10, ge=1)


class FigureName(_Checked):
    """A figure by its name. codes: of its breakdown, none for the total."""

    statistic: str
    unit: str
    school_year: str
    codes: dict[str, str] = {}

    @field_validator("codes")
    @classmethod
    def _known_codes(cls, codes: dict[str, str]) -> dict[str, str]:
        _known("dimension", list(codes), DIMENSIONS)
        return codes

    @property
    def breakdown(self) -> str:
        """As tables name it: `gender=girl;year=1`."""
        return ";".join(f"{name}={self.codes[name]}" for name in sorted(self.codes))

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Statistic, school year, unit, breakdown."""
        return self.statistic, self.school_year, self.unit, self.breakdown

    def __str__(self) -> str:
        return f"{self.statistic} {self.school_year} {self.unit} [{self.breakdown}]"


class WithheldByHand(FigureName):
    """A figure that is withheld though no threshold says so, and protected as a small one is. reason: for the audit."""

    reason: str = Field(min_length=1)


class Accepted(FigureName):
    """A withheld number that may be published about though readers can work it out: who answers for that, when and why."""

    by: str = Field(min_length=1)
    date: datetime.date
    reason: str = Field(min_length=1)


class Disclosure(Thresholds):
    """What may be published: see `sqa_lib.disclosure`. Who decided it, and why, is printed in every book.

    The default is Swedish practice: counts below 5, shares and means on fewer than 10, `~100` when 1–4 are outside a share.

    all_but_few: `~100` may be shown; otherwise such a share is withheld like others.
    datasets: a dataset's own, stricter thresholds; a statistic of several datasets follows the strictest.
    since: the day that the policy holds from: what was released before is judged by the policy of its release. None: it judges
    everything.
    released: folders of statistics that were published elsewhere, paths from the project's root; the authority's own releases are
    found by themselves. left_out: those of them that readers are not taken to know, name → why.
    withhold: figures withheld by hand; accept: numbers that can't be protected, and who publishes all the same.
    """

    all_but_few: bool = True
    datasets: dict[str, Thresholds] = {}
    since: datetime.date | None = None
    released: tuple[str, ...] = ()
    left_out: dict[str, str] = {}
    withhold: tuple[WithheldByHand, ...] = ()
    accept: tuple[Accepted, ...] = ()
    decided_by: Told = ""
    reason: Told = ""

    @field_validator("datasets")
    @classmethod
    def _known_datasets(cls, datasets: dict[str, Thresholds]) -> dict[str, Thresholds]:
        _known("dataset", list(datasets), DATASETS)
        return datasets

    @model_validator(mode="after")
    def _are_stricter(self) -> "Disclosure":
        """A lower threshold of one dataset would be ignored, since the report's holds for all."""
        for dataset, own in self.datasets.items():
            for name in sorted(own.model_fields_set):
                if getattr(own, name) < (least := getattr(self, name)):
                    told = f"`datasets.{dataset}.{name}` is {getattr(own, name)}, lower than the report's {least}"
                    raise ValueError(f"{told}, which holds for all data: take it away, or write {least} or more")
        return self

    def judges(self, released: datetime.date) -> bool:
        """Whether it judges what was released that day."""
        return self.since is None or released >= self.since

    def thresholds_of(self, datasets: Iterable[str]) -> Thresholds:
        """The strictest thresholds that apply to a statistic made of these datasets."""
        chosen = [self, *(self.datasets[name] for name in datasets if name in self.datasets)]
        return Thresholds(
            minimum_count=max(choice.minimum_count for choice in chosen),
            minimum_denominator=max(choice.minimum_denominator for choice in chosen),
        )


GIVEN = ("report", "unit", "school_year", "section")
"""The parameters of a notebook that the build sets."""


class SectionChoice(_Checked):
    """A section of the report: a notebook with parameters, and the units whose books have it.

    name: the section's own, in links, file names and the names of texts. notebook: its notebook's name without number (default:
    the section's name); several sections may be of one notebook. parameters: of the notebook, besides `GIVEN`. school_forms:
    those that the section is about, of which a unit must have one (default: any). levels: of the units whose books have it.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    notebook: str = ""
    parameters: dict[str, str] = {}
    levels: tuple[Level, ...] = USUAL_LEVELS
    school_forms: tuple[str, ...] = ()
    part: str = ""

    @model_validator(mode="before")
    @classmethod
    def _of_its_own_notebook(cls, value: Any) -> Any:
        """Without a notebook's name the section is of the one that bears its own."""
        if isinstance(value, dict) and "name" in value and not value.get("notebook"):
            return {**value, "notebook": value["name"]}
        return value

    @field_validator("parameters")
    @classmethod
    def _none_that_is_given(cls, parameters: dict[str, str]) -> dict[str, str]:
        if given := [name for name in parameters if name in GIVEN]:
            raise ValueError(f"`{given[0]}` is set by the build")
        return parameters

    @field_validator("school_forms")
    @classmethod
    def _known_forms(cls, school_forms: tuple[str, ...]) -> tuple[str, ...]:
        return _known("school form", school_forms, DIMENSIONS["school_form"].names)

    def is_in_book_of(self, unit: "Unit") -> bool:
        """Whether a unit's book has the section."""
        return unit.level in self.levels and (not self.school_forms or not set(unit.school_forms).isdisjoint(self.school_forms))


class Correction(_Checked):
    """Why a report that was released is published again. date: of the correction; reason: for readers, in the books."""

    date: datetime.date
    reason: Told = Field(min_length=1)


class OfficialFile(_Checked):
    """A file of official statistics, as it was when it was fetched. path: from the project's root, or absolute; sha256: of its
    content; retrieved: the day it was downloaded. The book names it as its source."""

    path: Told
    sha256: str = ""
    retrieved: datetime.date | None = None

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


class KeyFigure(_Checked):
    """A card of the summary. label: what the figure is, after it; statistic, codes: which it is; section: where to read more;
    levels: of the units whose books have it (a share of schools is none of a school's)."""

    label: Told
    statistic: str
    codes: dict[str, str] = {}
    section: str = ""
    levels: tuple[Level, ...] = LEVELS


class Theme(_Checked):
    """What conclusions are about: a name for the reader, and the sections (or notebooks) whose conclusions belong to it."""

    name: Told
    sections: tuple[str, ...] = ()


OTHER_THEME = "Övergripande"
THEMES = (
    Theme(
        name="Kunskaper och lärande",
        sections=("newly-arrived", "mother-tongue", "arts-school", "national-indicators"),
    ),
    Theme(name="Trygghet och hälsa", sections=("meals-and-climate", "health-survey", "patient-safety", "complaints")),
    Theme(name="Närvaro", sections=("attendance",)),
    Theme(name="Stöd och elevhälsa", sections=("health-cases", "school-form-assessments", "interventions")),
    Theme(
        name="Styrning och organisation",
        sections=("last-year", "quality-work", "principals-survey", "pupils", "staff", "costs", "development-areas"),
    ),
)
"""The themes of a report that names none, after what the national quality system follows up; any other section's conclusions,
such as the analysis' own, are gathered under `OTHER_THEME`."""


class Report(_Checked):
    """The parameters of one report. `name` is the file's stem and the folder under `output/`.

    data: the folder of its datasets, and of what is written for it where `written` names no other. follows: the report of the
    year before, whose rows its data goes on from. files: official statistics that it takes in. similar: authorities to be
    compared with, by name or number (default: the nearest, see `sqa_lib.metrics.similar`).
    datasets: those that are looked for in its data. least_coverage: the share of its units that have to have delivered for a
    figure of an area or the authority to be told. corrections: one for each time that it is released again, the first first.
    key_figures, main_conclusions: what the summary shows; the latter are the sections whose first conclusion it repeats.
    """

    name: str
    title: Told
    authority: Authority
    school_year: SchoolYear
    date: datetime.date
    data: str = ""
    written: str = ""
    follows: str = ""
    source: Literal["datasets", "skolverket"] = "datasets"
    datasets: tuple[str, ...] = tuple(DATASETS)
    files: tuple[OfficialFile, ...] = ()
    similar: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    language: Literal["sv"] = "sv"
    is_synthetic: bool = False
    formats: tuple[Literal["html", "pdf"], ...] = ("html", "pdf")
    sections: tuple[SectionChoice, ...]
    key_figures: tuple[KeyFigure, ...] = ()
    main_conclusions: tuple[str, ...] = ()
    themes: tuple[Theme, ...] = THEMES
    sample_units: tuple[str, ...] = ()
    design: Design = Design()
    disclosure: Disclosure = Disclosure()
    least_coverage: float = Field(0.5, ge=0, le=1)

    @field_validator("sections", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """A section may be written as its bare name."""
        return [{"name": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value

    @model_validator(mode="after")
    def _has_input(self) -> "Report":
        if self.source == "datasets" and not self.data:
            raise ValueError("`data` is missing: the folder of the report's datasets")
        if self.source == "skolverket" and not self.files:
            raise ValueError("`files` is missing: Skolverket's files, as `sqa new report` writes them")
        return self

    @field_validator("datasets")
    @classmethod
    def _known_datasets(cls, datasets: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if info.data.get("source") == "datasets" and SCHOOL_UNITS.name not in datasets:
            raise ValueError(f"`{SCHOOL_UNITS.name}` must be among them, since the others speak of its units")
        return _once("dataset", _known("dataset", datasets, DATASETS))

    @field_validator("sections")
    @classmethod
    def _own_names(cls, sections: tuple[SectionChoice, ...]) -> tuple[SectionChoice, ...]:
        if name := _twice([section.name for section in sections]):
            raise ValueError(f"section `{name}` is named twice; give one a name of its own, and `notebook: {name}`")
        return sections

    @field_validator("key_figures")
    @classmethod
    def _read_more(cls, figures: tuple[KeyFigure, ...], info: ValidationInfo) -> tuple[KeyFigure, ...]:
        _known("section", [figure.section for figure in figures if figure.section], _names_of(info))
        return figures

    @field_validator("main_conclusions")
    @classmethod
    def _concluded(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        return _once("section", _known("section", names, _names_of(info)))

    @field_validator("themes")
    @classmethod
    def _once_each(cls, themes: tuple[Theme, ...]) -> tuple[Theme, ...]:
        """A section belongs to one theme, and a theme is named once."""
        _once("theme", [theme.name for theme in themes])
        _once("section", [section for theme in themes for section in theme.sections])
        return themes

    @property
    def folder(self) -> str:
        """Where what is written for the report lies, from the project's root: texts, areas, claims. A report of official files
        alone need not name it."""
        return self.written or self.data or f"data/{self.name}"

    def notebook_of(self, section: str) -> str:
        """A section's notebook; a section that the report lacks has the notebook that bears its name."""
        return next((choice.notebook for choice in self.sections if choice.name == section), section)

    def forms_of(self, section: str) -> tuple[str, ...]:
        """The school forms that a section is about; none for any."""
        return next((choice.school_forms for choice in self.sections if choice.name == section), ())

    def is_about(self, section: str, school_form: str) -> bool:
        """Whether a section is about what concerns a school form; "" for what concerns all."""
        forms = self.forms_of(section)
        return not school_form or not forms or school_form in forms

    def theme_of(self, section: str) -> str:
        """The theme that a section's conclusions belong to: by its own name, else by its notebook's."""
        names = (section, self.notebook_of(section))
        return next((theme.name for name in names for theme in self.themes if name in theme.sections), OTHER_THEME)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that have books: those that a section names."""
        return tuple(level for level in LEVELS if any(level in section.levels for section in self.sections))

    def has_book(self, unit: "Unit") -> bool:
        """Whether a unit has a book of its own: any section for it."""
        return any(section.is_in_book_of(unit) for section in self.sections)

    @property
    def theme_names(self) -> tuple[str, ...]:
        """All themes in order, what belongs to none last."""
        return (*(theme.name for theme in self.themes if theme.name != OTHER_THEME), OTHER_THEME)

    def sections_of(self, unit: "Unit") -> tuple[SectionChoice, ...]:
        """The sections that a unit's book has, in the report's order."""
        return tuple(section for section in self.sections if section.is_in_book_of(unit))


def _known(what: str, names: Sequence[str], known: Collection[str] | None) -> Sequence[str]:
    """The names, all of which are known. known: None where that can't be said."""
    if unknown := [name for name in names if known is not None and name not in known]:
        raise ValueError(f"no {what} `{unknown[0]}`{nearest(unknown[0], known)}")
    return names


def _once(what: str, names: Sequence[str]) -> Sequence[str]:
    """The names, none of which is there twice."""
    if name := _twice(names):
        raise ValueError(f"{what} `{name}` is named twice")
    return names


def _twice(names: Sequence[str]) -> str:
    """A name that stands there more than once; "" for none."""
    return next((name for name in sorted(set(names)) if names.count(name) > 1), "")


def _names_of(info: ValidationInfo) -> list[str] | None:
    """The names of the report's sections; None where these are wrong themselves."""
    return [section.name for section in info.data["sections"]] if "sections" in info.data else None


def project_root(start: Path | None = None) -> Path:
    """The nearest folder upwards that has `params/`; notebooks run from `notebooks/` find it too."""
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "params").is_dir():
            return folder
    raise ReportError(f"{here}: no folder `params/` here or above; run from inside the project")


def reports_in(name: str, root: Path) -> tuple[str, ...]:
    """The names of the reports in a folder of `params/`, in order; none where there is no such folder."""
    folder = root / "params" / name
    if name.endswith((".yml", ".yaml")) or not folder.is_dir():
        return ()
    return tuple(f"{name.strip('/')}/{path.stem}" for path in sorted(folder.glob("*.yml")))


def report_path(name_or_path: str, root: Path) -> Path:
    """`params/x.yml` for `x`; a path is taken as it is. An unknown name lists the reports there are."""
    path = Path(name_or_path) if name_or_path.endswith((".yml", ".yaml")) else root / "params" / f"{name_or_path}.yml"
    if path.is_file():
        return path
    known = ", ".join(sorted(p.stem for p in (root / "params").glob("*.yml"))) or "none"
    raise ReportError(f"{name_or_path}: no such report; in params/ there are: {known}")


def load_report(name_or_path: str, root: Path | None = None) -> Report:
    """Read and check a report's parameters; a mistake names the file, the key and the keys that are right."""
    root = root or project_root()
    path = report_path(name_or_path, root)
    try:
        content = read_yaml(path.read_bytes())  # UTF-8, with or without BOM
    except yaml.YAMLError as error:
        raise ReportError(f"{path.name}: not readable as YAML: {error}") from error
    if not isinstance(content, dict):
        raise ReportError(f"{path.name}: expected `key: value` lines")
    if "name" in content:
        raise ReportError(_unknown_key(path.name, ("name",)))
    try:
        return Report.model_validate({"name": _name_of(path, root), **content})
    except ValidationError as error:
        raise ReportError("\n".join(_explain(path.name, problem) for problem in error.errors())) from error


def _name_of(path: Path, root: Path) -> str:
    """A report is named after its file; one in a folder of `params/` after both."""
    folder, whole = (root / "params").resolve(), path.resolve()
    return (whole.relative_to(folder) if whole.is_relative_to(folder) else Path(path.name)).with_suffix("").as_posix()


_LONGEST_SHOWN = 80


def _explain(file: str, problem: dict) -> str:
    key = _dotted(problem["loc"])
    if problem["type"] == "extra_forbidden":
        return _unknown_key(file, problem["loc"])
    if problem["type"] == "missing":
        return f"{file}: key `{key}` is missing"
    if not key:
        return f"{file}: {re.sub(r'^Value error, ', '', problem['msg'])}"
    given = repr(problem["input"])
    shown = f" is {given}" if len(given) <= _LONGEST_SHOWN else ""
    return f"{file}: key `{key}`{shown}: {re.sub(r'^Value error, ', '', problem['msg'])}"


def _unknown_key(file: str, location: tuple) -> str:
    return f"{file}: unknown key `{_dotted(location)}`; known here: {', '.join(_known_keys(location[:-1]))}"


def _dotted(location: tuple) -> str:
    return ".".join(str(part) for part in location)


def _known_keys(location: tuple) -> list[str]:
    models = {
        "authority": Authority, "design": Design, "disclosure": Disclosure, "sections": SectionChoice, "themes": Theme,
        "key_figures": KeyFigure,
    }  # fmt: skip
    model = models.get(str(location[0]), Report) if location else Report
    return [name for name in model.model_fields if name != "name" or model is not Report]
