"""A unit's schools in words: how many there are of each school form, and how many go to them."""

from dataclasses import dataclass

from sqa_lib.section.view import View
from sqa_lib.units import LEVEL_OF
from sqa_lib.words import counted, listed


@dataclass(frozen=True)
class Form:
    """How a report speaks of a school form. enrolled: the statistic of its pupils or children; one, many: its schools."""

    enrolled: str
    one: str
    many: str


FORMS = {
    "compulsory": Form("pupils", "grundskola", "grundskolor"),
    "upper_secondary": Form("upper_secondary_pupils", "gymnasieskola", "gymnasieskolor"),
    "preschool": Form("preschool_children", "förskola", "förskolor"),
}
"""In the order that a sentence tells them."""


class SchoolFormsView(View):
    """What a section says of the schools that it is about."""

    def schools(self) -> str:
        """The schools at or below this unit, by school form: `30 grundskolor och 40 förskolor`."""
        return listed([self._how_many(form) for form in self._forms])

    def enrolled(self) -> str:
        """Who goes where: `5 210 elever i 30 grundskolor och 2 100 barn i 40 förskolor`, `312 elever` for a school; "" where the
        report does not know."""
        known = [form for form in self._forms if self.has(FORMS[form].enrolled)]
        places = [f" i {self._how_many(form)}" if not self.is_school else "" for form in known]
        return listed([f"{self.v(FORMS[form].enrolled)}{place}" for form, place in zip(known, places, strict=True)])

    @property
    def _forms(self) -> list[str]:
        """The unit's school forms, of those that the section is about."""
        return [form for form in FORMS if form in self.unit.school_forms and form in (self.school_forms or FORMS)]

    def _how_many(self, form: str) -> str:
        found = [unit for unit in self.below(LEVEL_OF[form]) if form in unit.school_forms]
        return counted(len(found), FORMS[form].one, FORMS[form].many)
