"""`jiesuan serve`: API and projector in one process, or each in its own."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from api import logs
from api.bootstrap import open_projector, open_server
from api.cli.options import Failed, Options, command

if TYPE_CHECKING:
    import uvicorn

BACKLOG = 2048
GRACE_SECONDS = 5


def register(app: typer.Typer) -> None:
    command(app)(serve)


async def serve(
    options: Options,
    host: Annotated[str | None, typer.Option(help="Address to listen on [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one [default: 8420]")] = None,
    projector: Annotated[
        bool, typer.Option("--projector/--no-projector", help="Carry facts into the read models in this process")
    ] = True,
    projector_only: Annotated[bool, typer.Option("--projector-only", help="Only that; no HTTP")] = False,
    simulated_clock: Annotated[
        bool, typer.Option("--simulated-clock", help="Let CreateLedger ask for a simulated clock")
    ] = False,
) -> None:
    """Serve the HTTP API and carry facts into the read models.

    There is no access control yet: who reaches the port may do everything.
    """
    settings = options.settings.model_copy(
        update={name: value for name, value in {"host": host, "port": port}.items() if value is not None}
    )
    logs.configure(settings.log_level)
    if projector_only:
        async with open_projector(settings):
            await until_told_to_stop()
        return
    import uvicorn  # no other command needs a web server, its framework and its metrics

    from api.http.app import create_app
    from api.metrics import Metrics

    with closing(listening(settings.host, settings.port)) as listener:
        metrics = Metrics()
        async with open_server(settings, metrics, projecting=projector, allow_simulated=simulated_clock) as ledgers:
            server = uvicorn.Server(
                uvicorn.Config(
                    create_app(ledgers, metrics),
                    log_config=None,
                    access_log=False,
                    server_header=False,
                    proxy_headers=False,
                    timeout_graceful_shutdown=GRACE_SECONDS,
                    backlog=BACKLOG,
                )
            )
            place = f"http://{shown(settings.host)}:{listener.getsockname()[1]}"
            typer.echo(f"jiesuan: serving ledger '{settings.ledger}' at {place} (API: {place}/docs)", err=True)
            await served(server, listener, ledgers.closing)


async def served(server: uvicorn.Server, listener: socket.socket, closing: asyncio.Event) -> None:
    """Until a signal; streams that never end by themselves are told first."""
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="http")
    while not serving.done():
        await asyncio.wait([serving], timeout=0.1)
        if server.should_exit:
            closing.set()
    await serving


def listening(host: str, port: int) -> socket.socket:
    """Our port, before anything else is started.  Raises Failed."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        reason = (
            "is taken by another program" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        raise Failed(f"{host}:{port} {reason}: name another with --host or --port.", 2) from error
    return listener


def shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


async def until_told_to_stop() -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
