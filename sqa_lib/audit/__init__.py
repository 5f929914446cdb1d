"""The attacker: tries to work out every hidden number from what is published, and shares no code with the protector.

`attack` reads published tables and `judge` tells what is unsafe; `sqa_lib.audit.run` does both for a report and writes the
result.
"""

from sqa_lib.audit.attack import Attack, attack
from sqa_lib.audit.earlier import Earlier
from sqa_lib.audit.judge import Finding, Verdict, judge

__all__ = ["Attack", "Earlier", "Finding", "Verdict", "attack", "judge"]
