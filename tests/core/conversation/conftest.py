from __future__ import annotations

from collections.abc import Callable

import pytest
from chatting import Chat, Workshop

from clearmix.conversation import (
    Conversations,
)
from clearmix.kernel import Kernel


@pytest.fixture
def chat(market: Kernel, publish: Callable[..., str]) -> Chat:
    workshop = Workshop(market, publish)
    conversations = Conversations(
        market.database,
        interpret=market.interpret,
        catalogue=market.catalogue,
        rendering=workshop,
        royalties=market.royalties,
        would_permit=market.clearance.would_permit,
        would_allow=market.clearance.would_allow,
        items=market.delivery.items,
    )
    return Chat(conversations, workshop)
