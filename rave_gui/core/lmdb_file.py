"""Read an LMDB file page by page, with ordinary reads.

The lmdb library maps the file into memory: one that was cut short (a full disk, an interrupted
copy) then ends the whole application with a bus error, and a second opening within one process is
refused. Reading the pages ourselves costs a few look-ups, harms nothing, locks nothing and creates
no file. The layout is that of LMDB 0.9 (``mdb.c``, data version 1, little-endian 64-bit): two meta
pages, then a B+tree of branch and leaf pages; long values lie on runs of overflow pages.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

_MAGIC, _VERSION = 0xBEEFC0DE, 1
_PAGE_HEADER = struct.Struct("<QHHHH")  # number, pad, flags, lower, upper
_META = struct.Struct("<IIQQ")  # magic, version, address, size of the map
_TREE = struct.Struct("<IHHQQQQQ")  # pad, flags, depth, branch, leaf, overflow, entries, root
_META_END = struct.Struct("<QQ")  # last page, transaction
_NODE = struct.Struct("<HHHH")  # size low, size high, flags, size of the key
_BRANCH, _LEAF, _OVERFLOW, _META_PAGE = 0x01, 0x02, 0x04, 0x08
_BIG_VALUE = 0x01
_PAGE_SIZES = tuple(1 << power for power in range(9, 17))
_DEEPEST = 32
_NO_PAGE = 0xFFFFFFFFFFFFFFFF


class LmdbError(ValueError):
    """The file is no LMDB file, or it is damaged."""


class Meta(NamedTuple):
    """One state of the database, as its last transaction left it."""

    page_size: int
    entries: int
    root: int
    last_page: int
    transaction: int


class Node(NamedTuple):
    """One entry of a page. ``size`` and ``flags`` are those of a leaf's value."""

    key: bytes
    size: int
    flags: int
    content: bytes
    """The rest of the page from the value on."""

    @property
    def child(self) -> int:
        """For a branch: the page below."""
        return self.size | self.flags << 32


class LmdbFile:
    """The newest state of ``data.mdb``, as it was when this was opened.

    While a writer is at work the pages of that state may be used anew; what is read then can be
    called damaged although it is not.

    Raises:
        LmdbError: There is no sound state in the file.
        OSError: It cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._size = self._file.seek(0, 2)
            self.meta = self._newest_meta()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> LmdbFile:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def is_whole(self) -> bool:
        """Whether every page that the newest state speaks of lies within the file."""
        return (self.meta.last_page + 1) * self.meta.page_size <= self._size

    def get(self, key: bytes) -> bytes | None:
        """The value of ``key``.

        Raises:
            LmdbError: The way to it is damaged.
        """
        number = self.meta.root
        for _ in range(_DEEPEST):
            if number == _NO_PAGE:
                return None
            flags, nodes = self._page(number)
            if flags & _LEAF:
                found = next((node for node in nodes if node.key == key), None)
                return self._value(found) if found else None
            # The first key of a branch stands for everything below the second.
            below = [node for place, node in enumerate(nodes) if place == 0 or node.key <= key]
            number = below[-1].child
        raise LmdbError("a tree without end")

    def values(self) -> Iterator[bytes]:
        """Every value, in the order of the keys.

        Raises:
            LmdbError: A page is damaged.
        """
        return (self._value(node) for node in self._leaf_nodes(self.meta.root, set()))

    def check(self) -> int:
        """Walk the whole tree without reading long values; how many entries there are.

        Raises:
            LmdbError: A page is damaged or missing.
        """
        count = 0
        for node in self._leaf_nodes(self.meta.root, set()):
            self._extent(node)
            count += 1
        return count

    def _newest_meta(self) -> Meta:
        first = self._meta_at(0)
        others = [first.page_size] if first else _PAGE_SIZES
        metas = [meta for meta in (first, *map(self._meta_at, others)) if meta]
        if not metas:
            raise LmdbError("no sound meta page")
        return max(metas, key=lambda meta: meta.transaction)

    def _meta_at(self, offset: int) -> Meta | None:
        """The meta page at ``offset``; ``None`` if there is none."""
        content = self._read(offset, _PAGE_HEADER.size + 136)
        if len(content) < _PAGE_HEADER.size + 136:
            return None
        flags = _PAGE_HEADER.unpack_from(content)[2]
        magic, version, _, _ = _META.unpack_from(content, _PAGE_HEADER.size)
        at = _PAGE_HEADER.size + _META.size
        page_size = _TREE.unpack_from(content, at)[0]
        *_, entries, root = _TREE.unpack_from(content, at + _TREE.size)
        last_page, transaction = _META_END.unpack_from(content, at + 2 * _TREE.size)
        sound = flags & _META_PAGE and (magic, version) == (_MAGIC, _VERSION)
        if not sound or page_size not in _PAGE_SIZES:
            return None
        return Meta(page_size, entries, root, last_page, transaction)

    def _leaf_nodes(self, number: int, seen: set[int]) -> Iterator[Node]:
        """The entries below a page; ``seen`` are the pages on which this walk has been."""
        if number == _NO_PAGE:
            return
        if number in seen:
            raise LmdbError(f"page {number} is in two places")
        seen.add(number)
        flags, nodes = self._page(number)
        for node in nodes:
            if flags & _LEAF:
                yield node
            else:
                yield from self._leaf_nodes(node.child, seen)

    def _page(self, number: int) -> tuple[int, list[Node]]:
        """The flags and the entries of a branch or leaf page."""
        size = self.meta.page_size
        content = self._read(number * size, size)
        if number > self.meta.last_page or len(content) < size:
            raise LmdbError(f"page {number} is missing")
        own, _, flags, lower, upper = _PAGE_HEADER.unpack_from(content)
        kind = flags & (_BRANCH | _LEAF)
        if own != number or kind not in {_BRANCH, _LEAF} or not 16 < lower <= upper <= size:
            raise LmdbError(f"page {number} is damaged")
        count = (lower - _PAGE_HEADER.size) // 2
        places = struct.unpack_from(f"<{count}H", content, _PAGE_HEADER.size)
        return flags, [_node(content, place, upper, number) for place in places]

    def _value(self, node: Node) -> bytes:
        """The value of a leaf's entry."""
        offset = self._extent(node)
        value = node.content[: node.size] if offset is None else self._read(offset, node.size)
        if len(value) != node.size:
            raise LmdbError("a value is cut short")
        return value

    def _extent(self, node: Node) -> int | None:
        """Where a long value begins in the file; ``None`` for one that lies in its page."""
        if not node.flags & _BIG_VALUE:
            if len(node.content) < node.size:
                raise LmdbError("a value leaves its page")
            return None
        if len(node.content) < 8:
            raise LmdbError("a value leaves its page")
        number = int.from_bytes(node.content[:8], "little")
        begin = number * self.meta.page_size
        if number > self.meta.last_page or begin + _PAGE_HEADER.size + node.size > self._size:
            raise LmdbError(f"page {number} is missing")
        header = self._read(begin, _PAGE_HEADER.size)
        own, _, flags, _, _ = _PAGE_HEADER.unpack(header)
        if own != number or not flags & _OVERFLOW:
            raise LmdbError(f"page {number} is damaged")
        return begin + _PAGE_HEADER.size

    def _read(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes; none beyond the end of the file, however absurd ``offset``."""
        if offset >= self._size:
            return b""
        self._file.seek(offset)
        return self._file.read(count)


def _node(page: bytes, place: int, upper: int, number: int) -> Node:
    """The entry at ``place`` of a page whose entries begin at ``upper``."""
    if not upper <= place <= len(page) - _NODE.size:
        raise LmdbError(f"page {number} is damaged")
    low, high, flags, key_size = _NODE.unpack_from(page, place)
    begin = place + _NODE.size
    if begin + key_size > len(page):
        raise LmdbError(f"page {number} is damaged")
    key = page[begin : begin + key_size]
    return Node(key, low | high << 16, flags, page[begin + key_size :])
