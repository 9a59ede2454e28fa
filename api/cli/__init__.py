"""`jiesuan`, the command line: options and tables that every subcommand shares, and those that are about no subject."""


def main() -> None:
    """Run the command line."""
    from api.cli.app import app  # what it needs takes a second to import, and importers of our modules need none of it

    app()
