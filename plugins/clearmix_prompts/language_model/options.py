"""How the model is reached and what it may cost, read from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clearmix import ClearmixError


class Options(BaseModel):
    """Settings of the interpreter `openai`, each with its environment variable."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field("", description="`CLEARMIX_OPENAI_MODEL`: the model's name on that server")
    base_url: str = Field(
        "https://api.openai.com/v1", description="`OPENAI_BASE_URL`: where the server is"
    )
    api_key: str = Field("", repr=False, description="`OPENAI_API_KEY`: a local server needs none")
    seconds: float = Field(
        20.0, gt=0, le=600, description="`CLEARMIX_OPENAI_SECONDS`: for one prompt, all in all"
    )
    retries: int = Field(
        2, ge=0, le=10, description="`CLEARMIX_OPENAI_RETRIES`: after a failure on the way"
    )
    answer_tokens: int = Field(
        1000, ge=64, le=16000, description="`CLEARMIX_OPENAI_ANSWER_TOKENS`: longest answer"
    )
    daily_tokens: int = Field(
        1_000_000,
        ge=0,
        description="`CLEARMIX_OPENAI_DAILY_TOKENS`: read and written on one day (UTC); 0 is none",
    )

    @property
    def ready(self) -> bool:
        """Whether there is a model to ask."""
        return bool(self.model)


_VARIABLES = {
    "model": "CLEARMIX_OPENAI_MODEL",
    "base_url": "OPENAI_BASE_URL",
    "api_key": "OPENAI_API_KEY",
    "seconds": "CLEARMIX_OPENAI_SECONDS",
    "retries": "CLEARMIX_OPENAI_RETRIES",
    "answer_tokens": "CLEARMIX_OPENAI_ANSWER_TOKENS",
    "daily_tokens": "CLEARMIX_OPENAI_DAILY_TOKENS",
}


def options(environ: Mapping[str, str] = os.environ) -> Options:
    """The options of an environment; raises ClearmixError naming a variable that cannot be read.

    >>> options({"CLEARMIX_OPENAI_MODEL": "small", "CLEARMIX_OPENAI_SECONDS": "5"}).seconds
    5.0
    """
    given = {
        name: environ[variable] for name, variable in _VARIABLES.items() if environ.get(variable)
    }
    try:
        return Options.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0])
        raise ClearmixError(
            f"`{given[name]}` cannot be used: {str(problem['msg']).lower()}",
            help=f"set {_VARIABLES[name]} to something else, or leave it unset",
            place=_VARIABLES[name],
        ) from None
