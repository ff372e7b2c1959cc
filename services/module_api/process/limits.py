"""What a module's process may not do: outlive the platform, take the machine's memory, multiply, signal others.

Limits against mistakes, not a prison: the module's code is still code that the city chose to install.
"""

import contextlib
import ctypes
import os
import platform
import resource
import struct
import sys
from pathlib import Path

_OPEN_FILES = 256
_LARGEST_FILE = 64 * 1024 * 1024

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SIGKILL = 9
_CLONE_THREAD = 0x10000
_ALLOW, _EPERM, _ENOSYS = 0x7FFF0000, 0x00050001, 0x00050026
# By machine: the kernel's name for it, refused calls, `clone`, `tgkill`.
_CALLS: dict[str, tuple[int, tuple[int, ...], int, int]] = {
    # fork, vfork, kill, ptrace, rt_sigqueueinfo, tkill, pidfd_send_signal
    "x86_64": (0xC000003E, (57, 58, 62, 101, 129, 200, 424), 56, 234),
    "aarch64": (0xC00000B7, (117, 129, 130, 138, 424), 220, 131),
}
_CLONE3 = 435  # its flags cannot be looked at; told that there is none, the C library takes `clone`


def confine(*, parent: int, memory_mb: int) -> None:
    """Limit the calling process, which `parent` has just forked, for good."""
    os.setsid()
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, _SIGKILL)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go when the machine has no more
    if os.getppid() != parent:
        os._exit(1)  # it died before the kernel was asked
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, _LARGEST_FILE)
    if sys.platform == "linux":
        allowed = memory_mb * 1024 * 1024
        _limit(resource.RLIMIT_DATA, _size("VmData") + allowed)
        _limit(resource.RLIMIT_AS, _size("VmSize") + 2 * allowed)
        _forbid_calls()


def data_size() -> int:
    """Return the bytes that `RLIMIT_DATA` counts; 0 where the system does not tell."""
    return _size("VmData") if sys.platform == "linux" else 0


def _limit(which: int, value: int) -> None:
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(which, (value, value))


def _size(name: str) -> int:
    """Return a line of the process's status in bytes: what it began with is not its own."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def _prctl(option: int, *arguments: "int | ctypes.Array[ctypes.c_char]") -> bool:
    """Ask the kernel; return whether it did."""
    given = [ctypes.c_ulong(each) if isinstance(each, int) else each for each in arguments]
    filled = given + [ctypes.c_ulong(0)] * (4 - len(given))
    return bool(ctypes.CDLL(None, use_errno=True).prctl(ctypes.c_int(option), *filled) == 0)


def _forbid_calls() -> None:
    """Have the kernel refuse new processes (threads may be) and signals to others. Elsewhere limits alone hold."""
    calls = _CALLS.get(platform.machine())
    if calls is None or not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return
    lines = ctypes.create_string_buffer(program := _program(*calls), len(program))
    # struct sock_fprog: how many lines, and where
    head = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(lines)))
    _prctl(_PR_SET_SECCOMP, 2, head)


def _program(machine: int, refused: tuple[int, ...], clone: int, tgkill: int) -> bytes:
    """Return the filter: classic BPF over struct seccomp_data, where the number is at 0, the machine at 4, the first
    argument at 16."""
    load, equal, has, answer = 0x20, 0x15, 0x45, 0x06
    lines = [(load, 0, 0, 4), (equal, 1, 0, machine), (answer, 0, 0, _ALLOW), (load, 0, 0, 0)]
    for number in refused:
        lines += [(equal, 0, 1, number), (answer, 0, 0, _EPERM)]
    lines += [(equal, 0, 1, _CLONE3), (answer, 0, 0, _ENOSYS)]
    lines += [(equal, 0, 4, clone), (load, 0, 0, 16), (has, 0, 1, _CLONE_THREAD), (answer, 0, 0, _ALLOW)]
    lines += [(answer, 0, 0, _EPERM)]
    lines += [(equal, 0, 4, tgkill), (load, 0, 0, 16), (equal, 0, 1, os.getpid()), (answer, 0, 0, _ALLOW)]
    lines += [(answer, 0, 0, _EPERM), (answer, 0, 0, _ALLOW)]
    return b"".join(struct.pack("@HBBI", *line) for line in lines)
