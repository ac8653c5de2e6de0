"""The bytes of a claims file as UTF-8, however large: unpacked, hashed and counted block by block, never held whole.

Practices save as UTF-8, UTF-16 or Windows-1252. A byte that is not UTF-8 is read as Windows-1252, one by one, so that
where a block ends changes nothing.
"""

import codecs
import gzip
import hashlib
import io
import zlib
from pathlib import Path
from typing import IO

from workflows.adapters.unpack import GZIP, OLE, PDF, ZIP
from workflows.domain.errors import Refused

_FALLBACK = "windows-1252-for-the-rest"


class ClaimsBytes(io.RawIOBase):
    """A readable stream of a file. `taken` counts bytes of the file itself, `size` is all of them."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__()
        self.name, self._most, self._given = path.name, most, 0
        try:
            if not path.is_file():
                raise Refused("there is no such file", where=path.name, todo="Check the name and the folder.")
            self.size = path.stat().st_size
            self._file = path.open("rb")
        except OSError as error:
            what = f"cannot be read ({error.strerror})"
            raise Refused(what, where=path.name, todo="Check the file's permissions.") from error
        self.taken = 0
        self._hash = hashlib.sha256()
        self._source: IO[bytes] = self._packed() if self._peek()[:2] == GZIP else self._file
        if self.size > most:
            self._too_large()
        self._decoder = self._decoding()

    def readable(self) -> bool:
        """A stream to read from."""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def read(self, size: int = -1) -> bytes:
        """The next bytes as UTF-8; about `size`, none at the end."""
        while True:
            try:
                raw = self._source.read(size if size > 0 else 1 << 20)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise Refused(
                    "is damaged: it cannot be unpacked", where=self.name, todo="Export or download it again."
                ) from error
            self._given += len(raw)
            if self._given > self._most:
                self._too_large()
            self._hash.update(raw)
            self.taken = self._file.tell()
            if self._decoder is None:
                if raw.isascii():
                    return raw
                self._decoder = codecs.getincrementaldecoder("utf-8")(_FALLBACK)
            text = self._decoder.decode(raw, final=not raw).encode()
            if text or not raw:
                return text

    def sha256(self) -> str:
        """The hash of all that was read, as it unpacks."""
        return self._hash.hexdigest()

    def _peek(self) -> bytes:
        start = self._file.read(8)
        self._file.seek(0)
        return start

    def _packed(self) -> IO[bytes]:
        return gzip.GzipFile(fileobj=self._file, mode="rb")  # type: ignore[return-value]

    def _decoding(self) -> codecs.IncrementalDecoder | None:
        """What the first bytes ask for; plain ASCII is passed on as it is until another byte comes."""
        codecs.register_error(_FALLBACK, _as_windows)
        try:
            start = self._source.read(1024)
            self._source.seek(0)
        except (EOFError, zlib.error, OSError) as error:
            raise Refused("is damaged: it cannot be unpacked", where=self.name, todo="Export it again.") from error
        if not start.strip():
            raise Refused("is empty", where=self.name, todo="Choose the file that holds the claim lines.")
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return codecs.getincrementaldecoder("utf-16")("replace")
        if start[:4] == ZIP or start[:8] == OLE or PDF in start or b"\0" in start or start[:2] == GZIP:
            todo = "Export the claim lines as CSV (a million lines do not fit into a workbook)."
            raise Refused("is not a CSV file", where=self.name, todo=todo)
        return codecs.getincrementaldecoder("utf-8-sig")(_FALLBACK) if start[:3] == codecs.BOM_UTF8 else None

    def _too_large(self) -> None:
        what = f"holds more than {self._most / 1e6:,.0f} MB"
        raise Refused(what, where=self.name, todo="Split it by year, or raise PARLEY_MAX_CLAIMS_BYTES.")


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are not UTF-8, read as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end
