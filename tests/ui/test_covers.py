from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from clearmix_ui.covers import cover


@given(st.text(max_size=40), st.booleans())
def test_every_name_has_one_picture_that_holds_no_text_and_no_script(
    name: str, remixed: bool
) -> None:
    picture = cover(name, remixed=remixed)

    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()}
    assert tags <= {"svg", "rect", "circle", "path", "polygon", "g", "use", "defs", "clipPath"}
    assert picture == cover(name, remixed=remixed)


def test_songs_and_their_remixes_look_different() -> None:
    names = [f"song {number}" for number in range(40)]

    assert len({cover(name) for name in names}) == 40
    assert all(cover(name) != cover(name, remixed=True) for name in names)
