"""More room for Asterisk's sleeping threads than Linux gives: with a thousand calls at once there are three thousand of them.

Since 6.16 Linux keeps the threads of a process that sleep on a futex in a table of that process's own, of four rows for each
CPU and at least sixteen, and whoever wakes one goes through all in its row: with three thousand who sleep a wake takes 5 µs on
two CPUs, else 0.4. A process may ask for more rows (PR_FUTEX_HASH), for itself only and anew after each exec, and Asterisk does
not. So a library that asks is loaded before it: one system call as machine code, and around it what the loader wants to find
(elf(5)). Where Linux is older it refuses, and all is as it was.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

ROWS = 4096
_PR_FUTEX_HASH, _SET_SLOTS = 78, 1
_X86_64 = (
    b"\xb8" + struct.pack("<I", 157)  # mov eax, prctl
    + b"\xbf" + struct.pack("<I", _PR_FUTEX_HASH)  # mov edi
    + b"\xbe" + struct.pack("<I", _SET_SLOTS)  # mov esi
    + b"\xba" + struct.pack("<I", ROWS)  # mov edx
    + b"\x4d\x31\xd2\x4d\x31\xc0"  # xor r10, r10; xor r8, r8
    + b"\x0f\x05\xc3"  # syscall; ret
)  # fmt: skip
_DT_NULL, _DT_HASH, _DT_STRTAB, _DT_SYMTAB, _DT_STRSZ, _DT_SYMENT, _DT_INIT = 0, 4, 5, 6, 10, 11, 12
_PT_LOAD, _PT_DYNAMIC, _PT_GNU_STACK = 1, 2, 0x6474E551
_HEADER_BYTES, _SEGMENT_BYTES, _SYMBOL_BYTES, _PAGE_BYTES = 64, 56, 24, 0x1000


def write_library(file: Path) -> None:
    """Anew, for what has the old one loaded keeps that."""
    temporary = file.with_suffix(".new")
    temporary.write_bytes(_library())
    temporary.replace(file)


def environment(file: Path) -> dict[str, str]:
    """What loads it; nothing on a processor it is not for, or where the loader would take its path for several."""
    if os.uname().machine != "x86_64" or set(" :") & set(str(file)):
        return {}
    return {"LD_PRELOAD": ":".join(filter(None, (str(file), os.environ.get("LD_PRELOAD"))))}


def _library() -> bytes:
    """Headers, the table of what is where, an empty name, the one symbol that must be there, in no bucket, and the code. All of
    it is in memory twice, to be written to and to be run, as no place should be both."""
    table = _HEADER_BYTES + 4 * _SEGMENT_BYTES
    names = table + 7 * 16
    symbols = names + 8
    buckets = symbols + _SYMBOL_BYTES
    code = buckets + 16
    entries = (
        (_DT_INIT, _PAGE_BYTES + code), (_DT_HASH, buckets), (_DT_STRTAB, names), (_DT_STRSZ, 1), (_DT_SYMTAB, symbols),
        (_DT_SYMENT, _SYMBOL_BYTES), (_DT_NULL, 0),
    )  # fmt: skip
    body = b"".join(struct.pack("<QQ", *entry) for entry in entries) + bytes(8 + _SYMBOL_BYTES) + struct.pack("<4I", 1, 1, 0, 0)
    identity = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", identity, 3, 62, 1, 0, _HEADER_BYTES, 0, 0, _HEADER_BYTES, _SEGMENT_BYTES, 4, 0, 0, 0
    )
    length = code + len(_X86_64)
    return (
        header
        + _segment(_PT_LOAD, "rw", 0, 0, length, _PAGE_BYTES)
        + _segment(_PT_LOAD, "rx", 0, _PAGE_BYTES, length, _PAGE_BYTES)
        + _segment(_PT_DYNAMIC, "rw", table, table, names - table, 8)
        + _segment(_PT_GNU_STACK, "rw", 0, 0, 0, 16)
        + body
        + _X86_64
    )


def _segment(kind: int, rights: str, start: int, address: int, length: int, align: int) -> bytes:
    flags = sum({"r": 4, "w": 2, "x": 1}[right] for right in rights)
    return struct.pack("<IIQQQQQQ", kind, flags, start, address, address, length, length, align)
