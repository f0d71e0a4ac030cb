"""`serve`: the app, the API and the clock in one process."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from checklists.errors import SopwatchError

if TYPE_CHECKING:
    import uvicorn

    from sopwatch.running import Launch

PORT = 8501
LOOPBACK = "127.0.0.1"


def serve(
    data: Annotated[Path, typer.Option(help="The directory of the record.")] = Path("var"),
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 for every one.")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = PORT,
    store: Annotated[str, typer.Option(help="duckdb, kept in --data.")] = "duckdb",
    tls_cert: Annotated[Path | None, typer.Option(help="A certificate (PEM): tablets need https.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of the certificate (PEM).")] = None,
) -> int:
    """Serve a property: screens, API and clock; on a new directory a one-time link to set it up is printed."""
    if store != "duckdb":
        msg = f"--store {store}: this comes with a later version; the record is kept by duckdb in --data"
        raise SopwatchError(msg)
    _check_tls(tls_cert, tls_key)
    from sopwatch.running import Launch

    with closing(_bound(data, host, port)) as listener:
        shown = f"[{host}]" if ":" in host else host
        if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - told apart, not bound here
            shown = LOOPBACK
        address = f"{'https' if tls_cert else 'http'}://{shown}:{listener.getsockname()[1]}"
        _serve(Launch(data, address), listener, (tls_cert, tls_key))
    return 0


def demo(
    speed: Annotated[float, typer.Option(help="Seconds of the demo in a second.", min=0.1, max=3600)] = 1.0,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = PORT,
) -> int:
    """Show a made-up hotel at work, on a record of its own that is gone when it ends; this machine alone reaches it."""
    from sopwatch.demo import Demo
    from sopwatch.running import Launch

    with closing(_bound(Path(), LOOPBACK, port)) as listener, TemporaryDirectory(prefix="sopwatch-demo-") as place:
        address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
        made = Demo(Path(place), speed, lambda banner: typer.echo(f"{banner}\nOpen {address}"))
        try:
            _serve(Launch(Path(place), address, made.clock, made.begin), listener, (None, None))
        finally:
            made.end()
    return 0


def _serve(launch: Launch, listener: socket.socket, tls: tuple[Path | None, Path | None]) -> None:
    import uvicorn

    from sopwatch import running

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    running.begin(launch)
    config = uvicorn.Config(
        "app:app",
        ssl_certfile=tls[0],
        ssl_keyfile=tls[1],
        ws_max_size=60 << 20,
        ws_ping_interval=30,
        ws_ping_timeout=30,
        timeout_graceful_shutdown=10,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    try:
        typer.echo(f"sopwatch at {launch.address} over {launch.directory}")
        with _stopping(uvicorn.Server(config)) as server:
            server.run([listener])
    finally:
        running.end()


@contextmanager
def _stopping(server: uvicorn.Server) -> Iterator[uvicorn.Server]:
    """Let signals end a server in peace: it would raise them again when it has stopped, and so end with an error."""
    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        signal.signal(number, server.handle_exit)
    yield server


def _check_tls(cert: Path | None, key: Path | None) -> None:
    if cert is None and key is None:
        return
    if cert is None or key is None:
        msg = "--tls-cert and --tls-key go together"
        raise SopwatchError(msg)
    for path, option in ((cert, "--tls-cert"), (key, "--tls-key")):
        try:
            path.open("rb").close()
        except OSError as error:
            msg = f"{option} {path}: cannot be read: {error.strerror}"
            raise SopwatchError(msg) from error
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except ssl.SSLError as error:
        msg = f"--tls-cert {cert}, --tls-key {key}: these are no certificate with its key, as PEM: {error}"
        raise SopwatchError(msg) from error


def _bound(data: Path, host: str, port: int) -> socket.socket:
    """Return a socket bound to host and port; where it is taken, by the service of this directory, say so."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, OverflowError) as error:
        listener.close()
        _refuse_second(data)
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        why = "it is in use: name another --port" if taken else getattr(error, "strerror", None) or str(error)
        msg = f"cannot listen at {host}:{port}: {why}"
        raise SopwatchError(msg) from error
    return listener


def _refuse_second(data: Path) -> None:
    """Raise the error that names the process which has the directory, if one has."""
    from storage.lock import DirectoryLock

    if data.is_dir():
        DirectoryLock(data).release()
