"""The boundary: what comes out of here may be published; true values of hidden cells exist nowhere after it."""

from sqa_lib.disclosure.threshold import PUBLISHED, protect

__all__ = ["PUBLISHED", "protect"]
