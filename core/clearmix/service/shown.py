"""How a sound is shown in every answer that names one."""

from __future__ import annotations

from pydantic import BaseModel, Field

from clearmix.display import MadeBy


class DisplayShown(BaseModel):
    """The class of a sound, and the badge and the sentence that it is shown with."""

    made_by: MadeBy = Field(alias="class", examples=["listener-ai"])
    badge: str = Field(examples=["AI-made"])
    sentence: str = Field(examples=["Made with AI at a listener's request."])
