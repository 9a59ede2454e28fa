"""Becomes a PostgreSQL program: python -I -S launch.py {"user":…, "reach":[…], "stop_with_parent":…} PROGRAM ARGUMENT…

A small program of its own, because between fork and exec of a threaded process nothing may be allocated.  It

* leaves the terminal's process group, so that Ctrl-C reaches the supervisor and not the server behind its back;
* gives up root for the named user, keeping the one capability to pass through closed directories (and to read) only if
  that user could not reach the programs or the data otherwise;
* asks the kernel to send SIGINT, PostgreSQL's fast shutdown, when the supervisor dies, however it dies.
"""

import ctypes
import json
import os
import signal
import sys
from typing import NoReturn

UNREACHABLE, PARENT_GONE = 96, 97
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 8, 47, 2
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
CAP_DAC_READ_SEARCH, CAP_SETPCAP = 2, 8
LINUX_CAPABILITY_VERSION_3 = 0x20080522


def main() -> None:
    order = json.loads(sys.argv[1])
    program, arguments = sys.argv[2], sys.argv[2:]
    parent = order["parent"]
    os.setsid()
    if order["user"] is not None:
        become(order["user"], order["reach"])
    if order["stop_with_parent"] and sys.platform == "linux":
        libc().prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(PARENT_GONE)
    try:
        os.execv(program, arguments)  # noqa: S606 - that is the purpose
    except PermissionError:
        give_up(program)


def become(user: tuple[int, int], reach: list[str]) -> None:
    """Give up root; keep the right to pass through directories if the user cannot reach these paths without."""
    if sys.platform == "linux":
        libc().prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    uid, gid = user
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if out_of_reach(reach):
        pass_through_directories()
    for path in out_of_reach(reach):
        give_up(path)


def give_up(path: str) -> NoReturn:
    print(path, file=sys.stderr)
    sys.exit(UNREACHABLE)


def out_of_reach(paths: list[str]) -> list[str]:
    """Asked with access(2), as PostgreSQL's own programs do when they look for each other."""
    return [path for path in paths if not os.access(path, os.F_OK)]


def pass_through_directories() -> None:
    """Keep CAP_DAC_READ_SEARCH, and nothing else, over the exec.  Where the kernel refuses, the caller sees it.

    access(2) ignores a capability of anyone but root, unless the process says that user ids mean nothing to it.
    """
    if sys.platform != "linux":
        return
    set_capabilities(1 << CAP_DAC_READ_SEARCH | 1 << CAP_SETPCAP)
    libc().prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    set_capabilities(1 << CAP_DAC_READ_SEARCH)
    libc().prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH, 0, 0)


def set_capabilities(wanted: int) -> None:
    header = (ctypes.c_uint32 * 2)(LINUX_CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(wanted, wanted, wanted, 0, 0, 0)  # effective, permitted, inheritable; low, high
    libc().capset(header, sets)


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main()
