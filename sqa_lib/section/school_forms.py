"""School forms in words: what a section is about, how many schools a unit has of each, and how many go to them."""

from sqa_lib.codebook import DIMENSIONS
from sqa_lib.section.view import View
from sqa_lib.units import LEVEL_OF, Unit
from sqa_lib.words import counted, definite, listed, plural

ENROLLED = {
    "compulsory": "pupils", "upper_secondary": "upper_secondary_pupils", "preschool": "preschool_children",
}  # fmt: skip
"""School form → the statistic of who goes there, in the order that a sentence tells them."""


class SchoolFormsView(View):
    """What a section says of the schools that it is about."""

    def about(self) -> str:
        """The school forms that the section is about: `gymnasieskolan`; "" for any."""
        return listed([definite(_name(form)) for form in self.school_forms])

    def schools(self) -> str:
        """The schools at or below this unit, by school form: `30 grundskolor och 40 förskolor`."""
        return listed([self._how_many(form) for form in self.its_forms])

    def enrolled(self) -> str:
        """Who goes where: `5 210 elever i 30 grundskolor och 2 100 barn i 40 förskolor`, `312 elever` for a single unit;
        "" where the report does not know."""
        known = [form for form in self.its_forms if self.has(ENROLLED[form])]
        places = [f" i {self._how_many(form)}" if not self.is_single else "" for form in known]
        return listed([f"{self.v(ENROLLED[form])}{place}" for form, place in zip(known, places, strict=True)])

    @property
    def its_forms(self) -> list[str]:
        """The unit's school forms, of those that the section is about."""
        own = [form for form in ENROLLED if form in self.unit.school_forms and form in (self.school_forms or ENROLLED)]
        return own if self.is_single else [form for form in own if self._of_form(form)]

    def _how_many(self, form: str) -> str:
        return counted(len(self._of_form(form)), _name(form), plural(_name(form)))

    def _of_form(self, form: str) -> list[Unit]:
        return [unit for unit in self.below(LEVEL_OF[form]) if form in unit.school_forms]


def _name(form: str) -> str:
    return DIMENSIONS["school_form"].label_of(form)
