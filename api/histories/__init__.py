"""Histories: JSON Lines of commands and queries in, an answer a line out; `jiesuan run` and `POST /v1/bulk`."""
