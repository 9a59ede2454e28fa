"""`jiesuan`, the command line: options and tables that every subcommand shares, and those that are about no subject."""

import gc
import sys
from io import TextIOWrapper


def main() -> None:
    """Run the command line."""
    gc.disable()  # imports make much that stays; looking for garbage among it takes a tenth of their time
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show is no reason to end
    from api.cli.app import app  # what it needs takes a second to import, and importers of our modules need none of it

    gc.freeze()
    gc.enable()
    app()
