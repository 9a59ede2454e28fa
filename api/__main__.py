"""`python -m api` is `jiesuan`."""

from api.cli import main

main()
