"""Opens what a user hands over without trusting it: size, kind by content, zip and gzip only within limits.

The caps are those of a small office file: 10 MB, and no more than a hundred times that size when unpacked. Nothing is
ever written, so a name inside an archive (../ or absolute) leads nowhere; only its last part is shown.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from workflows.domain.errors import Refused

MOST_BYTES = 10_000_000
INFLATION = 100  # unpacked bytes for one packed
MOST_MEMBERS = 1_000
ZIP, GZIP, OLE, PDF = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
_PACKED_TOO_TIGHT = "unpacks to more than a hundred times its size"
_LOOKS_LIKE_A_BOMB = "It looks like a decompression bomb; save it anew in your own program."


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a file the user names; raises Refused where it cannot be read or is above `most` bytes."""
    name = path.name
    try:
        if not path.is_file():
            raise Refused("there is no such file", where=name, todo="Check the name and the folder.")
        if path.stat().st_size > most:
            too_large(path.stat().st_size, name, most)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one a file can have"
        raise Refused(
            f"cannot be read ({reason})", where=name, todo="Check the file's name and permissions."
        ) from error


def check_size(content: bytes, name: str, most: int = MOST_BYTES) -> None:
    """Refuses an empty file and one above the cap."""
    if not content.strip():
        raise Refused("is empty", where=name, todo="Choose the file that holds the rows.")
    if len(content) > most:
        too_large(len(content), name, most)


def too_large(size: int, name: str, most: int) -> None:
    """Refuses a size above the cap, in MB."""
    what = f"is {size / 1e6:,.0f} MB; at most {most / 1e6:,.0f} MB are read"
    raise Refused(what, where=name, todo="Keep only the sheet or rows that are needed.")


def gunzipped(content: bytes, name: str) -> bytes:
    """A gzip file's content within the caps."""
    most = min(MOST_BYTES, len(content) * INFLATION)
    try:
        opened = zlib.decompressobj(wbits=31)
        text = opened.decompress(content, most + 1)
    except zlib.error as error:
        raise Refused("is damaged: it cannot be unpacked", where=name, todo="Download it again.") from error
    if len(text) > most:
        raise Refused(_PACKED_TOO_TIGHT, where=name, todo=_LOOKS_LIKE_A_BOMB)
    return text


def members(content: bytes, name: str, wanted: Callable[[str], bool]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The wanted files of a zip by their bare name, and the names of the others. Each file counts as it unpacks, not
    as the directory claims."""
    found: dict[str, bytes] = {}
    others: list[str] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = [i for i in archive.infolist() if not i.is_dir()]
            if len(inside) > MOST_MEMBERS:
                raise Refused(f"holds {len(inside):,} files", where=name, todo="Choose the zip as CMS ships it.")
            for entry in inside:
                bare = PurePosixPath(entry.filename.replace("\\", "/")).name
                if not wanted(bare):
                    others.append(bare)
                    continue
                most = min(MOST_BYTES, max(entry.compress_size, 1) * INFLATION)
                with archive.open(entry) as member:
                    text = member.read(most + 1)
                if len(text) > most:
                    raise Refused(_PACKED_TOO_TIGHT, where=f"{name}: {bare}", todo=_LOOKS_LIKE_A_BOMB)
                found[bare] = text
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise Refused("is damaged: it cannot be unpacked", where=name, todo="Download it again.") from error
    except RuntimeError as error:  # the standard library's word for an encrypted entry
        raise Refused("is protected by a password", where=name, todo="Save it without the password.") from error
    return found, tuple(others)


def text_of(content: bytes, name: str) -> str:
    """Text as people's programs save it: UTF-8 or UTF-16 with a byte-order mark, UTF-8, or Windows-1252."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refused("is not readable text", where=name, todo="Save it as CSV (UTF-8).") from error
    if b"\0" in content or content[:2] in (b"PK", GZIP):
        raise Refused("is not text", where=name, todo="Save it as CSV (UTF-8) or as an Excel workbook (.xlsx).")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
