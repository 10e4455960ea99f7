"""Signed links: whose, how long, and what nobody reaches with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streaming import Clock, parts

from clearmix.delivery import Delivery
from clearmix.delivery.listenings import LINK_LIFE
from clearmix.errors import LinkError, NoStreamError


def test_a_link_of_one_listener_is_not_valid_for_another(delivery: Delivery) -> None:
    link = delivery.play("open-road", "mia")[0]

    with pytest.raises(LinkError, match="not valid for you"):
        delivery.open(*parts(link.url_path), "ben")


@pytest.mark.parametrize("changed", ["expires", "signature", "listening"])
def test_a_link_that_was_changed_is_refused(delivery: Delivery, changed: str) -> None:
    expires, signed, listening, file = parts(delivery.play("open-road", "mia")[0].url_path)
    if changed == "expires":
        expires = str(int(expires) + 1)
    elif changed == "signature":
        signed = ("A" if signed[0] != "A" else "B") + signed[1:]
    else:
        listening = parts(delivery.play("dusky", "mia")[0].url_path)[2]

    with pytest.raises(LinkError, match="not valid"):
        delivery.open(expires, signed, listening, file, "mia")


@pytest.mark.parametrize("expires", ["", "soon", "1e99", "-1", "١٢٣"])
def test_an_expiry_that_nobody_signed_is_refused_before_it_is_read(
    delivery: Delivery, expires: str
) -> None:
    with pytest.raises(LinkError):
        delivery.open(expires, "x" * 22, "0" * 16, "main.m3u8", "mia")


def test_a_link_expires(delivery: Delivery, clock: Clock) -> None:
    link = delivery.play("open-road", "mia")[0]
    clock.wait(seconds=LINK_LIFE.total_seconds() + 1)

    with pytest.raises(LinkError, match="expired") as caught:
        delivery.open(*parts(link.url_path), "mia")

    assert "press play again" in caught.value.help


def test_a_private_render_does_not_exist_for_another_listener(
    delivery: Delivery, publish: Callable[..., str]
) -> None:
    render = publish("mia")
    link = delivery.play(render, "mia")[0]

    with pytest.raises(NoStreamError):
        delivery.play(render, "ben")
    with pytest.raises(LinkError):  # as of any link that is not theirs, whatever it plays
        delivery.open(*parts(link.url_path), "ben")
    assert not delivery.may_hear(render, "ben")
    assert delivery.may_hear(render, "mia")


@pytest.mark.parametrize("item", ["fedcba9876543210", "no-such-song", "Open Road", "../keys"])
def test_only_ids_of_items_open_anything(delivery: Delivery, item: str) -> None:
    with pytest.raises(NoStreamError):
        delivery.play(item, "mia")
