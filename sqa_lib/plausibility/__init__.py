"""Whether a report's data can be true, though every row is well formed: declared rules, each with its reason, and the analyst's
answers to what they found."""

from sqa_lib.plausibility.accepted import accept, read_accepted, unanswered
from sqa_lib.plausibility.oddity import ODDITIES, is_impossible
from sqa_lib.plausibility.screen import odd
from sqa_lib.plausibility.show import show_odd

__all__ = ["ODDITIES", "accept", "is_impossible", "odd", "read_accepted", "show_odd", "unanswered"]
