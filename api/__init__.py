"""The edge: HTTP, console and command line."""
