"""Where the command `sqa` begins: it can be stopped from the first moment, while the libraries are still being imported."""

from sqa_lib.stopping import stoppable


def main() -> None:
    with stoppable():
        from sqa_lib.cli import app

        app()
