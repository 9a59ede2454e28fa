"""The same route over the library's recorder: python -m tests.benchmarks.library_app DSN.

FastAPI on uvicorn, one worker; the recorder is synchronous, so a request records its two events in a thread.
"""

from __future__ import annotations

import socket
import sys

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from tests.benchmarks.library import command, recorder


class Command(BaseModel):
    """A request to record something."""

    name: str


def create_app(dsn: str) -> FastAPI:
    _, made = recorder(dsn)
    app = FastAPI()

    @app.post("/commands", status_code=201)
    def record(sent: Command) -> dict[str, list[int]]:
        """Two events, durable when the answer is sent."""
        return {"positions": list(made.insert_events(command(sent.name, 1)) or [])}

    return app


def main(dsn: str) -> None:
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    server = uvicorn.Server(uvicorn.Config(create_app(dsn), log_level="warning", access_log=False))
    print(listener.getsockname()[1], flush=True)
    server.run(sockets=[listener])


if __name__ == "__main__":
    main(sys.argv[1])
