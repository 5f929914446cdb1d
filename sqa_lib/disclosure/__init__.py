"""The boundary: what comes out of here may be published; true values of hidden cells exist nowhere after it.

The rule: for every small number (1 to `minimum_count` − 1) the values that agree with everything published, in this report's
books together and in earlier releases, must reach down to 1 or less and up to `minimum_count` or more.
"""

from sqa_lib.disclosure.ledger import Release
from sqa_lib.disclosure.meaning import Meaning, meanings_of
from sqa_lib.disclosure.release import PUBLISHED, Unprotectable, protect

__all__ = ["PUBLISHED", "Meaning", "Release", "Unprotectable", "meanings_of", "protect"]
