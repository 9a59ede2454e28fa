"""`jiesuan`, the command line: options and tables that every subcommand shares, and those that are about no subject."""

import gc


def main() -> None:
    """Run the command line."""
    gc.disable()  # imports make much that stays; looking for garbage among it takes a tenth of their time
    from api.cli.app import app  # what it needs takes a second to import, and importers of our modules need none of it

    gc.freeze()
    gc.enable()
    app()
