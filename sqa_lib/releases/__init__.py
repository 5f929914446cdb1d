"""What was published: records that stay as they are, found by themselves, and what differs between them."""

from sqa_lib.releases.differences import DIFFERENCES, differences, write_differences
from sqa_lib.releases.records import Kept, Record, known_releases, releases_of

__all__ = ["DIFFERENCES", "Kept", "Record", "differences", "known_releases", "releases_of", "write_differences"]
