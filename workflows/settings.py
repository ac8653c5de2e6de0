"""One typed Settings from the environment (prefix PARLEY_); unsafe combinations refuse to start with a sentence.

Nothing here reaches out: no key, no network. Tracing switches that libraries read from the environment are turned
off by `quiet_libraries`, so that a stray variable cannot send a practice's words to somebody's server.
"""

import os
from pathlib import Path
from urllib.parse import quote

from platformdirs import user_data_path
from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where cases live and how large an input may be.

    `database_url` is an SQLAlchemy URL (SQLite or PostgreSQL); empty means an SQLite file in the user's data folder.
    `max_upload_bytes` bounds every file that is read, `max_claims_bytes` one of claim lines, which is streamed.
    """

    model_config = SettingsConfigDict(env_prefix="PARLEY_", frozen=True)

    database_url: SecretStr = SecretStr("")
    data_dir: Path = user_data_path("parley", appauthor=False)
    max_upload_bytes: int = 10_000_000
    max_claims_bytes: int = 2_000_000_000

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: SecretStr) -> SecretStr:
        text = url.get_secret_value()
        if text and not text.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("PARLEY_DATABASE_URL must begin with sqlite:/// or postgresql://")
        return url

    @property
    def store_url(self) -> str:
        """The URL the store opens: the one configured, or the file in the data folder."""
        url = self.database_url.get_secret_value()
        if url.startswith("postgresql://"):
            return url.replace("postgresql://", "postgresql+psycopg://", 1)
        return url or f"sqlite:///{quote(str(self.data_dir / 'cases.db'))}"


def quiet_libraries() -> None:
    """Turn off the tracing and telemetry that libraries switch on by environment variable."""
    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "ANONYMIZED_TELEMETRY"):
        os.environ[name] = "false"
