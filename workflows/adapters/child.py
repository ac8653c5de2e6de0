"""A file that may do harm is opened in a program of its own, which has little time and memory and nothing to lose."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from workflows.domain.errors import Refused


def ask_child(script: Path, content: bytes, *, name: str, seconds: int, kind: str, todo: str) -> dict[str, Any]:
    """The JSON object that `script` makes of `content`. Raises Refused, naming the file and what to do, where it takes
    longer than `seconds`, cannot be started, or ends without an answer (its limits ended it); `kind` is what the file
    should have been ("a contract")."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(script)], input=content, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refused(f"took longer than {seconds} seconds to open", where=name, todo=todo) from error
    except OSError as error:
        raise Refused(f"could not be opened ({error.strerror})", where=name, todo=todo) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        what = f"could not be opened within the memory and time {kind} needs"
        raise Refused(what, where=name, todo=todo) from error
    return answer if isinstance(answer, dict) else {}
