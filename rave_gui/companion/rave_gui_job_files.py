"""The primitives of a job directory, for everybody who shares one: app, runner and companion.

Standard library only and Python 3.9, since the companion runs in the engine's Python. Writers are
atomic (write, fsync, rename; one appended line), readers take anything for granted that a crash, a
full disk or another program can leave behind: missing files, torn tails, bytes that are no text.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Union

JOB = "job.json"
RUNNER = "runner.json"
OUTPUT = "output.log"
PROGRESS = "progress.jsonl"
COMMANDS = "commands"
EXIT = "exit.json"
COMPANION = "companion.json"
LOCK = "owner.lock"
TOLD = "told"
"""Holds an empty file for each piece of news that people were told of."""
JOB_VARIABLE = "RAVE_GUI_JOB"
LISTENING_VARIABLE = "RAVE_GUI_LISTENING"
"""Names the file that lists what a training is to be listened to with."""

MAX_LINE = 8 * 1024 * 1024
"""Bytes; a line of facts that is longer is nobody's fact and is skipped."""
_CHUNK = 1024 * 1024
_TAKEN = ".taken"

PathLike = Union[str, "os.PathLike[str]"]
Fact = dict[str, Any]


def write_json(path: PathLike, obj: Any, durable: bool = True) -> None:
    """Put ``obj`` into the file ``path`` so that a reader sees all of it or what was there before.

    ``durable`` also outlives a power cut; without it only a crash of the writer. Raises OSError.
    """
    write_whole(path, [_encoded(obj, indent=1) + b"\n"], durable)


def write_whole(path: PathLike, parts: Iterable[bytes], durable: bool = True) -> None:
    """Put ``parts``, one behind another, into the file ``path`` in the same way. Raises OSError."""
    target = Path(path)
    draft = target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with draft.open("wb") as stream:
            stream.writelines(parts)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        draft.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise
    if durable:
        _sync_folder(target.parent)


def read_json(path: PathLike) -> Fact | None:
    """The object in the file ``path``; None where it is missing, torn or not an object."""
    try:
        value = json.loads(Path(path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def append_fact(job_dir: PathLike, kind: str, **fields: Any) -> None:
    """Add one line to the facts of the job; several processes may do so at once.

    Numbers that JSON lacks become the strings "nan", "inf" and "-inf". Raises OSError.
    """
    line = _encoded({"t": time.time(), "kind": kind, **fields}) + b"\n"
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(Path(job_dir) / PROGRESS, flags, 0o644)
    try:
        # A disk that was full may have left half a line; it must not swallow this one.
        whole = line if _ends_clean(descriptor) else b"\n" + line
        if os.write(descriptor, whole) < len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), PROGRESS)
    finally:
        os.close(descriptor)


def leave_wish(job_dir: PathLike, name: str, **details: Any) -> None:
    """Ask something of whoever works on the job; the same wish again replaces itself.

    Raises OSError, also where the job directory is gone.
    """
    wish = _wish_file(job_dir, name)
    wish.parent.mkdir(exist_ok=True)
    write_json(wish, {"t": time.time(), **details})


def pending_wishes(job_dir: PathLike) -> list[str]:
    """The names of the wishes that nobody has taken yet, oldest first."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(Path(job_dir) / COMMANDS):
            if "." not in entry.name:
                found.append((entry.stat().st_mtime_ns, entry.name))
    return [name for _, name in sorted(found)]


def take_wish(job_dir: PathLike, name: str) -> Fact | None:
    """Take the wish ``name``: its details for exactly one taker, None for everybody else."""
    wish = _wish_file(job_dir, name)
    taken = wish.with_name(wish.name + _TAKEN)
    try:
        wish.replace(taken)
    except OSError:
        return None
    return read_json(taken) or {}


def was_wished(job_dir: PathLike, name: str) -> bool:
    """Whether the wish ``name`` was ever left, taken by now or not."""
    wish = _wish_file(job_dir, name)
    return wish.exists() or wish.with_name(wish.name + _TAKEN).exists()


def process_token(pid: int) -> str | None:
    """What tells the process ``pid`` from any other that ever had or gets this number.

    None where there is no such process, or only its zombie.
    """
    if pid <= 0:
        return None
    if Path("/proc/self/stat").exists():
        return _token_from_proc(pid)
    return _token_from_psutil(pid)


class FactReader:
    """Reads a file of facts as it grows; holds no file open between two polls."""

    def __init__(self, path: PathLike, last_bytes: int | None = None) -> None:
        self.path = Path(path)
        self._offset = 0
        self._tail = b""
        self._skipping = False
        if last_bytes is not None:
            self._start_near_the_end(last_bytes)

    def poll(self) -> list[Fact]:
        """The facts of the complete lines since the last call; damaged lines are left out.

        A line without its end waits for the next call; a file that shrank is read anew.
        """
        return [fact for batch in self.batches() for fact in batch]

    def batches(self) -> Iterator[list[Fact]]:
        """The same in portions of bounded size, for a file of facts that days have filled."""
        with contextlib.suppress(OSError), self.path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_size < self._offset:
                self._offset, self._tail, self._skipping = 0, b"", False
            stream.seek(self._offset)
            while chunk := stream.read(_CHUNK):
                self._offset += len(chunk)
                yield self._take(chunk)

    def _start_near_the_end(self, last_bytes: int) -> None:
        with contextlib.suppress(OSError):
            start = self.path.stat().st_size - last_bytes
            if start > 0:
                self._offset, self._skipping = start, True

    def _take(self, chunk: bytes) -> list[Fact]:
        *lines, self._tail = (self._tail + chunk).split(b"\n")
        if self._skipping and lines:
            self._skipping = False
            lines = lines[1:]
        if len(self._tail) > MAX_LINE:
            self._tail, self._skipping = b"", True
        return self._decoded_lines(lines)

    def _decoded_lines(self, lines: list[bytes]) -> list[Fact]:
        return [fact for fact in map(_decoded, lines) if fact is not None]


class Lock:
    """An exclusive lock on one file, let go of by the system when its holder dies."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    @classmethod
    def take(cls, path: PathLike) -> Lock | None:
        """Take the lock at once; None where another process holds it. Raises OSError."""
        stream = Path(path).open("ab")  # noqa: SIM115
        try:
            held = _lock(stream)
        except BaseException:
            stream.close()
            raise
        if held:
            return cls(stream)
        stream.close()
        return None

    @classmethod
    def is_held(cls, path: PathLike) -> bool:
        """Whether a process holds the lock now; asking takes it for a moment where nobody does."""
        if not Path(path).exists():
            return False
        try:
            lock = cls.take(path)
        except OSError:
            return False
        if lock is None:
            return True
        lock.release()
        return False

    def release(self) -> None:
        """Let go."""
        self._stream.close()


def _wish_file(job_dir: PathLike, name: str) -> Path:
    """Where the wish lies; a member of an enumeration of texts counts as its text."""
    return Path(job_dir) / COMMANDS / str.__str__(name)


def _lock(stream: IO[bytes]) -> bool:
    """Whether ``stream`` is locked now; a file system without locks counts as locked by us."""
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415

            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK):
            return False
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL):
            raise
    return True


def _encoded(obj: Any, indent: int | None = None) -> bytes:
    return json.dumps(_plain(obj), allow_nan=False, indent=indent).encode("ascii")


def _plain(value: Any) -> Any:
    """``value`` as JSON can say it: numbers of numpy and torch unwrapped, paths as text."""
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    item = getattr(value, "item", None)
    return _plain(item()) if callable(item) else str(value)


def _decoded(line: bytes) -> Fact | None:
    try:
        fact = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fact if isinstance(fact, dict) and isinstance(fact.get("kind"), str) else None


def _ends_clean(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    if size == 0:
        return True
    os.lseek(descriptor, size - 1, os.SEEK_SET)
    return os.read(descriptor, 1) == b"\n"


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _token_from_proc(pid: int) -> str | None:
    """Boot and start time (field 22 of ``stat``); the name in field 2 may hold anything."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        fields = stat[stat.rindex(b")") + 1 :].split()
    except (OSError, ValueError):
        return None
    if len(fields) < 20 or fields[0] in (b"Z", b"X", b"x"):
        return None
    return f"{_boot()}{fields[19].decode('ascii', 'replace')}"


def _boot() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
    return boot.strip()[:8] + "-"


def _token_from_psutil(pid: int) -> str | None:
    try:
        import psutil  # noqa: PLC0415
    except ImportError:
        return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else repr(process.create_time())
    except psutil.Error:
        return None
