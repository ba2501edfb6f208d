"""Changes files as disks and strangers do: bytes, and the fields of HDF5, ZIP, JSON and TOML. The standard library alone."""
from __future__ import annotations

import io
import json
import random
import re
import struct
import warnings
import zipfile

Numbers = random.Random

SIGNATURES = [b"TREE", b"SNOD", b"HEAP", b"GCOL", b"OHDR", b"OCHK", b"FRHP", b"FHDB", b"FHIB", b"BTHD", b"BTLF", b"BTIN", b"FSHD", b"FADB", b"FAHD", b"EAHD", b"SMTB", b"SMLI"]
INTERESTING = [0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 64, 127, 128, 255, 256, 511, 512, 1024, 4095, 4096, 8192, 32767, 32768, 65535, 65536]
WIDTHS = {"B": 8, "H": 16, "I": 32, "Q": 64}


def interesting(numbers: Numbers, form: str, size: int = 0, before: int = 0) -> int:
    """A number at which programs go wrong: limits, powers of two, the size of the file, and neighbors of what was there."""
    bits = WIDTHS[form]
    choice = numbers.randrange(8)
    if choice == 0:
        value = numbers.choice(INTERESTING)
    elif choice == 1:
        value = (1 << numbers.randrange(bits)) - numbers.randrange(2)
    elif choice == 2:
        value = (1 << bits) - 1 - numbers.randrange(3)
    elif choice == 3:
        value = (1 << bits - 1) + numbers.randrange(-2, 2)
    elif choice == 4:
        value = size + numbers.choice([-8, -1, 0, 1, 8])
    elif choice == 5:
        value = before + numbers.choice([-8, -4, -1, 1, 4, 8, 64])
    elif choice == 6:
        value = before * numbers.choice([2, 3, 8, 256]) if numbers.randrange(2) else before // 2
    else:
        value = numbers.getrandbits(bits)
    return value % (1 << bits)


def set_number(content: bytearray, offset: int, form: str, numbers: Numbers) -> None:
    """Replaces a little-endian number by an interesting one."""
    width = WIDTHS[form] // 8
    if 0 <= offset <= len(content) - width:
        before = struct.unpack_from("<" + form, content, offset)[0]
        struct.pack_into("<" + form, content, offset, interesting(numbers, form, len(content), before))


def change_bytes(content: bytearray, start: int, end: int, numbers: Numbers) -> None:
    """Changes a byte or a number in a range."""
    end = min(end, len(content))
    if start >= end:
        return
    offset = numbers.randrange(start, end)
    choice = numbers.randrange(5)
    if choice == 0:
        content[offset] ^= 1 << numbers.randrange(8)
    elif choice == 1:
        content[offset] = numbers.choice(INTERESTING) & 255
    elif choice == 2:
        content[offset] = numbers.randrange(256)
    else:
        form = numbers.choice("HIQQ")
        width = WIDTHS[form] // 8
        set_number(content, offset // width * width if choice == 3 else offset, form, numbers)


def rough(content: bytearray, numbers: Numbers, other: bytes) -> str:
    """Changes a file without regard to its structure."""
    if not content:
        content.extend(other[:64])
        return "fill"
    choice = numbers.randrange(7)
    if choice == 0:
        del content[numbers.randrange(len(content)) :]
        return "truncate"
    if choice == 1:
        content.extend(numbers.randbytes(numbers.randrange(1, 64)))
        return "extend"
    start = numbers.randrange(len(content))
    length = numbers.randrange(1, 65)
    if choice == 2:
        content[start : start + length] = bytes(len(content[start : start + length]))
        return "zeros"
    if choice == 3:
        source = numbers.randrange(len(content))
        piece = bytes(content[source : source + length])
        content[start : start + len(piece)] = piece
        return "copy"
    if choice == 4 and other:
        source = numbers.randrange(len(other)) & ~7
        piece = other[source : source + numbers.choice([8, 16, 40, 64, 512])]
        start &= ~7
        content[start : start + len(piece)] = piece
        return "splice"
    if choice == 5:
        del content[start : start + length]
        return "delete"
    change_bytes(content, 0, len(content), numbers)
    return "byte"


# HDF5


def rotate(value: int, count: int) -> int:
    return (value << count | value >> 32 - count) & 0xFFFFFFFF


def lookup3(content: bytes) -> int:
    """The checksum of HDF5's metadata: Bob Jenkins's hashlittle."""
    mask = 0xFFFFFFFF
    a = b = c = (0xDEADBEEF + len(content)) & mask
    position, left = 0, len(content)
    while left > 12:
        x, y, z = struct.unpack_from("<III", content, position)
        a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
        a = ((a - c) & mask) ^ rotate(c, 4); c = (c + b) & mask
        b = ((b - a) & mask) ^ rotate(a, 6); a = (a + c) & mask
        c = ((c - b) & mask) ^ rotate(b, 8); b = (b + a) & mask
        a = ((a - c) & mask) ^ rotate(c, 16); c = (c + b) & mask
        b = ((b - a) & mask) ^ rotate(a, 19); a = (a + c) & mask
        c = ((c - b) & mask) ^ rotate(b, 4); b = (b + a) & mask
        position, left = position + 12, left - 12
    if left == 0:
        return c
    x, y, z = struct.unpack("<III", content[position:].ljust(12, b"\0"))
    a, b, c = (a + x) & mask, (b + y) & mask, (c + z) & mask
    c = ((c ^ b) - rotate(b, 14)) & mask
    a = ((a ^ c) - rotate(c, 11)) & mask
    b = ((b ^ a) - rotate(a, 25)) & mask
    c = ((c ^ b) - rotate(b, 16)) & mask
    a = ((a ^ c) - rotate(c, 4)) & mask
    b = ((b ^ a) - rotate(a, 14)) & mask
    return ((c ^ b) - rotate(b, 24)) & mask


def checksummed(content: bytes, start: int) -> int | None:
    """The length of what is checked of an object header of version 2."""
    if start + 16 > len(content) or content[start + 4] != 2:
        return None
    flags = content[start + 5]
    position = start + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    size = int.from_bytes(content[position : position + width], "little")
    length = position + width + size - start
    return length if start + length + 4 <= len(content) else None


def repair_checksums(content: bytearray) -> None:
    """Writes the checksums that belong to the changed superblock and object headers, so that readers go on."""
    if content[:8] == b"\x89HDF\r\n\x1a\n" and len(content) > 48 and content[8] >= 2:
        struct.pack_into("<I", content, 44, lookup3(bytes(content[:44])))
    start = content.find(b"OHDR")
    while start >= 0:
        length = checksummed(content, start)
        if length is not None and length < 4096:
            struct.pack_into("<I", content, start + length, lookup3(bytes(content[start : start + length])))
        start = content.find(b"OHDR", start + 4)


class Map:
    """Where the structures of an HDF5 file lie."""

    def __init__(self, content: bytes) -> None:
        self.structures: list[tuple[str, int, int]] = [("superblock", 8, 96)]
        for signature in SIGNATURES:
            start = content.find(signature)
            while start >= 0:
                length = {b"TREE": 2000 if content[start + 4 : start + 5] == b"\1" else 100, b"GCOL": 200, b"SNOD": 168, b"HEAP": 120}.get(signature, 120)
                self.structures.append((signature.decode(), start, start + length))
                start = content.find(signature, start + 4)
        # Object headers of version 1 have no signature: a version, a zero, a count, one reference.
        for match in re.finditer(rb"\x01\x00[\x01-\x40]\x00[\x01-\x08]\x00\x00\x00[\x08-\xff][\x00-\x10]\x00\x00", content):
            if match.start() % 8 == 0:
                size = struct.unpack_from("<I", content, match.start() + 8)[0]
                self.structures.append(("header", match.start(), match.start() + 16 + size))
        # What addresses and lengths look like: numbers of eight bytes below the size of the file.
        self.addresses = [
            offset for offset in range(0, len(content) - 8, 8)
            if 0 < struct.unpack_from("<Q", content, offset)[0] <= len(content) or content[offset : offset + 8] == b"\xff" * 8]
        self.names = [match.span() for match in re.finditer(rb"[A-Za-z_][A-Za-z0-9_/.:]{2,40}|(?<=\0)[0-9](?=\0)", content)]


def messages(content: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """The messages of an object header of version 1: type, beginning, length."""
    result, position = [], start + 16
    while position + 8 <= min(end, len(content)):
        kind, size = struct.unpack_from("<HH", content, position)
        result.append((kind, position, 8 + size))
        position += 8 + size
    return result


def hdf5(content: bytearray, numbers: Numbers, other: bytes, layout: Map) -> str:
    """Changes one place of an HDF5 file."""
    choice = numbers.randrange(10)
    if choice < 4:
        # Kinds first: a file has many symbol tables and one superblock.
        kind = numbers.choice(sorted({name for name, _, _ in layout.structures}))
        name, start, end = numbers.choice([structure for structure in layout.structures if structure[0] == kind])
        if name == "header" and (found := messages(content, start, end)):
            number, start, length = numbers.choice(found)
            change_bytes(content, start, start + length, numbers)
            return f"message {number}"
        change_bytes(content, start, end, numbers)
        return name
    if choice < 7 and layout.addresses:
        offset = numbers.choice(layout.addresses)
        if offset + 8 > len(content):
            return "none"
        if numbers.randrange(2):
            source = numbers.choice(layout.addresses)
            content[offset : offset + 8] = content[source : source + 8].ljust(8, b"\0")[:8]
            return "address"
        set_number(content, offset, "Q", numbers)
        return "number"
    if choice == 7 and layout.names:
        start, end = numbers.choice(layout.names)
        if end <= len(content):
            content[numbers.randrange(start, end)] = numbers.choice(b"/.\0 a0\x1b\xff~1")
        return "name"
    return rough(content, numbers, other)


def mutate_hdf5(content: bytes, numbers: Numbers, other: bytes, layout: Map | None = None) -> tuple[bytes, str]:
    """An HDF5 file with a few changes, and what was changed."""
    changed = bytearray(content)
    layout = layout or Map(content)
    labels = [hdf5(changed, numbers, other, layout) for _ in range(numbers.choice([1, 1, 1, 2, 3]))]
    if b"OHDR" in content and numbers.randrange(3):
        repair_checksums(changed)
    return bytes(changed), "+".join(sorted(set(labels)))


# ZIP


def records(content: bytes) -> list[tuple[str, int, list[tuple[int, str]]]]:
    """The records of an archive, with the places of their numbers."""
    fields = {
        b"PK\3\4": ("local", [(4, "H"), (6, "H"), (8, "H"), (14, "I"), (18, "I"), (22, "I"), (26, "H"), (28, "H")]),
        b"PK\1\2": ("directory", [(8, "H"), (10, "H"), (16, "I"), (20, "I"), (24, "I"), (28, "H"), (30, "H"), (32, "H"), (34, "H"), (38, "I"), (42, "I")]),
        b"PK\5\6": ("end", [(4, "H"), (6, "H"), (8, "H"), (10, "H"), (12, "I"), (16, "I"), (20, "H")]),
        b"PK\6\6": ("end64", [(4, "Q"), (24, "Q"), (32, "Q"), (40, "Q"), (48, "Q")]),
        b"PK\6\7": ("locator", [(4, "I"), (8, "Q"), (16, "I")]),
    }
    result = []
    for match in re.finditer(rb"PK(\x03\x04|\x01\x02|\x05\x06|\x06\x06|\x06\x07)", content):
        name, places = fields[match.group()]
        result.append((name, match.start(), places))
    return result


def mutate_zip(content: bytes, numbers: Numbers, other: bytes) -> tuple[bytes, str]:
    """An archive with a few changes: fields of its records, or a changed member in a sound archive."""
    choice = numbers.randrange(10)
    if choice < 5:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                members = [(name, archive.read(name)) for name in archive.namelist()]
        except Exception:
            members = []
        if members:
            index = numbers.randrange(len(members))
            name, member = members[index]
            if name.endswith(".h5"):
                member, label = mutate_hdf5(member, numbers, other)
            elif name.endswith(".json"):
                member, label = mutate_json(member, numbers)
            else:
                label = "none"
            members[index] = (name, member)
            if numbers.randrange(20) == 0:
                members.append(numbers.choice(members))
            if numbers.randrange(20) == 0:
                members[index] = (numbers.choice(["../" + name, "/" + name, name + "\0", name.upper(), "", "x" * 300, "assets/" + name]), member)
            if numbers.randrange(20) == 0:
                del members[numbers.randrange(len(members))]
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", numbers.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for name, member in members:
                    archive.writestr(zipfile.ZipInfo(name), member)
            return stream.getvalue(), f"member {label}"
    changed = bytearray(content)
    label = "none"
    for _ in range(numbers.choice([1, 1, 2, 3])):
        found = records(changed)
        if choice < 9 and found:
            kind = numbers.choice(sorted({name for name, _, _ in found}))
            name, start, places = numbers.choice([record for record in found if record[0] == kind])
            offset, form = numbers.choice(places)
            set_number(changed, start + offset, form, numbers)
            label = f"{name} {offset}"
        else:
            label = rough(changed, numbers, other)
    return bytes(changed), label


# JSON and TOML

VALUES = [
    None, True, False, 0, 1, -1, 2, 255, 65536, 2**31 - 1, 2**31, 2**32, 2**53, 2**60, 2**62, 2**63 - 1, 2**63, 2**64, -(2**63), -(2**63) - 1, 10**30,
    0.0, -0.0, 0.5, 1e-320, 1e308, 1.7976931348623157e308, float("nan"), float("inf"), -float("inf"), "", " ", "0", "..", ".", "/", "../x", "a/b", "a\0b",
    "\x1b[31m", "\u202e", "\ud800", "é" * 40, "x" * 5000, "Dense", "Conv2D", "same", "float16", "int4", "%s", [], {}, [[]], [None], [0], [-1, -1], [2**62, 2**62], {"class_name": "Dense"},
    {"a": {"b": {}}}, [[1, 2], [3, 4]],
]


def paths(document: object, path: tuple = ()) -> list[tuple]:
    """The places of all values of a document."""
    result = [path]
    if isinstance(document, dict):
        for key, value in document.items():
            result += paths(value, (*path, key))
    elif isinstance(document, list):
        for index, value in enumerate(document):
            result += paths(value, (*path, index))
    return result


def change_document(document: object, numbers: Numbers) -> str:
    """Changes a value, a key, or what lies in a list or object."""
    path = numbers.choice(paths(document)[1:] or [()])
    if not path:
        return "none"
    parent: object = document
    for key in path[:-1]:
        parent = parent[key]  # type: ignore[index]
    key, value = path[-1], parent[path[-1]]  # type: ignore[index]
    choice = numbers.randrange(8)
    if choice < 4:
        if isinstance(value, int) and not isinstance(value, bool) and numbers.randrange(2):
            replacement: object = interesting(numbers, "Q", 0, abs(value)) * numbers.choice([1, 1, 1, -1])
        else:
            replacement = numbers.choice(VALUES)
        parent[key] = replacement  # type: ignore[index]
        return "value"
    if choice == 4:
        del parent[key]  # type: ignore[attr-defined]
        return "remove"
    if choice == 5 and isinstance(parent, list):
        parent.insert(key, json.loads(json.dumps(value)))
        return "repeat"
    if choice == 6 and isinstance(parent, dict):
        parent[numbers.choice(["", "name", "class_name", "config", "\0", str(key).upper(), "x"])] = parent.pop(key)
        return "key"
    other = numbers.choice(paths(document))
    source = document
    for step in other:
        try:
            source = source[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            return "none"
    if len(json.dumps(source)) < 20_000:
        parent[key] = json.loads(json.dumps(source))  # type: ignore[index]
    return "move"


def mutate_json(content: bytes, numbers: Numbers) -> tuple[bytes, str]:
    """A document with a few changes, of its values or of its text."""
    if numbers.randrange(4):
        try:
            document = json.loads(content)
            labels = {change_document(document, numbers) for _ in range(numbers.choice([1, 1, 1, 2, 4]))}
            text = json.dumps(document, ensure_ascii=bool(numbers.randrange(4)))
            return text.encode(errors="surrogatepass"), "+".join(sorted(labels))
        except (ValueError, RecursionError):
            pass
    return mutate_text(content, numbers)


def mutate_text(content: bytes, numbers: Numbers) -> tuple[bytes, str]:
    """A text with changed tokens or bytes."""
    changed = bytearray(content)
    label = "none"
    for _ in range(numbers.choice([1, 1, 2, 3])):
        tokens = [match.span() for match in re.finditer(rb'-?\d+(\.\d+)?([eE][+-]?\d+)?|"[^"\n]{0,80}"|[{}\[\],:=#\'\n]', changed)]
        if tokens and numbers.randrange(4):
            start, end = numbers.choice(tokens)
            choice = numbers.randrange(6)
            if choice == 0:
                changed[start:end] = b""
                label = "token removed"
            elif choice == 1:
                changed[start:end] = changed[start:end] * numbers.choice([2, 3, 2000])
                label = "token repeated"
            elif choice == 2:
                other = numbers.choice(tokens)
                changed[start:end] = changed[other[0] : other[1]]
                label = "token moved"
            elif choice == 3:
                changed[start:end] = numbers.choice([b"NaN", b"-Infinity", b"1e999", b"9" * 400, b"0x10", b"-", b"01", b"1.", b'"\\ud800"', b'"\\u0000"', b'"\\x"', b"null", b"true"])
                label = "token replaced"
            elif choice == 4:
                changed[start:start] = numbers.choice([b"[" * 3000, b'{"a":' * 1000, b"\xff", b"\0", b"\xef\xbb\xbf", b"/*", b"\xc0\xaf", b"\xed\xa0\x80", b"\r", b"#", b'"""', b"[[", b"'''"])
                label = "text inserted"
            else:
                changed[start:end] = bytes(str(interesting(numbers, "Q", 0, 1)), "ascii")
                label = "number"
        else:
            label = rough(changed, numbers, content)
    return bytes(changed), label
