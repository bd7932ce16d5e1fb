"""Ways to damage a file: blindly, by the words of its format, and inside the parts of a zip container."""

import io
import random
import struct
import zipfile

from tests.fuzz.seeds import zip_of

WORDS = {
    "csv": [
        b'"',
        b'""',
        b",",
        b";",
        b"\t",
        b"\n",
        b"\r",
        b"\r\n",
        b"\0",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xc3\xa9",
        b"\xe9",
    ],
    "xlsx": [
        b"<c ",
        b"/>",
        b' r="XFD1048576"',
        b' t="e"',
        b' t="s"',
        b"<v>99999999</v>",
        b"<!DOCTYPE a>",
        b"&x;",
        b"-1",
    ],
    "ods": [
        b'table:number-rows-repeated="9999999"',
        b'table:number-columns-repeated="99999"',
        b"<text:p>",
        b"</table:table>",
    ],
    "xls": [struct.pack("<HH", kind, 4) for kind in (0x0809, 0x000A, 0x00FD, 0x0006, 0x0200, 0x0085, 0x00FC, 0x003C)],
    "parquet": [b"PAR1", b"\x15\xfe\xff\xff\xff\x0f", b"\x19\x4c", b"\x00", b"\xff\xff\xff\x7f"],
    "json": [b"[", b"]", b"{", b"}", b'"', b":", b",", b"NaN", b"1e999", b"1" * 400, b"\\ud800", b'"a":1,', b"null"],
    "zip": [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"../", b"\\", b".zip", b"\0"],
}
NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE]


def mutated(data: bytes, format_: str, chance: random.Random) -> bytes:
    """The file with some damage; now and then inside a part of its container rather than in the container."""
    if format_ in ("xlsx", "ods", "zip") and chance.random() < 0.7:
        return _inside(data, format_, chance)
    return _blind(data, format_, chance)


def _inside(data: bytes, format_: str, chance: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
    except Exception:
        return _blind(data, format_, chance)
    names = [name for name in parts if parts[name]]
    if not names:
        return _blind(data, format_, chance)
    telling = [
        name for name in names if any(word in name for word in ("sheet", "workbook", "shared", "content", "styles"))
    ]
    name = chance.choice(telling if telling and chance.random() < 0.8 else names)
    parts[name] = _blind(parts[name], format_, chance)
    if chance.random() < 0.1:
        parts[chance.choice(names) + chance.choice(["", ".csv", "/../x.csv"])] = parts.pop(chance.choice(names))
    return zip_of(parts)


def _blind(data: bytes, format_: str, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8, 16))):
        if not found:
            break
        # The end holds the footer of Parquet and the directory of a zip.
        at = chance.randrange(len(found)) if chance.random() < 0.7 else max(0, len(found) - chance.randrange(1, 200))
        length = chance.choice((1, 1, 2, 4, 8, 64, 512))
        match chance.randrange(9):
            case 0:
                found[at] ^= 1 << chance.randrange(8)
            case 1:
                found[at] = chance.randrange(256)
            case 2:
                del found[at : at + length]
            case 3:
                found[at:at] = found[at : at + length]
            case 4:
                found[at:at] = chance.choice(WORDS[format_])
            case 5:
                word = chance.choice(WORDS[format_])
                found[at : at + len(word)] = word
            case 6:
                size = chance.choice(("<B", "<H", "<I"))
                number = struct.pack(size, chance.choice(NUMBERS) & (256 ** struct.calcsize(size) - 1))
                found[at : at + len(number)] = number
            case 7:
                other = chance.randrange(len(found))
                found[at : at + length] = found[other : other + length]
            case 8:
                if chance.random() < 0.2:
                    del found[at:]
                else:
                    found[at : at + length] = str(chance.choice(NUMBERS)).encode()
    return bytes(found)
