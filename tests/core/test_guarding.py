from __future__ import annotations

import errno
import threading
import time
from types import SimpleNamespace

import pytest

from clearmix.errors import AudioError, PluginError
from clearmix.guarding import asked

THING = SimpleNamespace(id="odd")


def ask(call, **how):
    return asked("labeler", THING, call, expect=int, **how)


def raises(error: BaseException):
    def call() -> int:
        raise error

    return call


@pytest.mark.parametrize("seconds", [None, 10.0])
def test_an_answer_comes_back_and_an_error_comes_in_its_name(seconds: float | None) -> None:
    assert ask(lambda: 7, seconds=seconds) == 7
    for error, said in (
        (ZeroDivisionError("no beat"), "labeler `odd` failed: ZeroDivisionError: no beat"),
        (SystemExit(3), "labeler `odd` failed: SystemExit: 3"),
    ):
        with pytest.raises(PluginError) as caught:
            ask(raises(error), seconds=seconds)
        assert caught.value.message == said
        assert "uninstalling the plugin" in caught.value.help
        assert caught.value.place == "labeler odd"


def test_something_else_than_was_asked_for_is_named() -> None:
    with pytest.raises(PluginError, match="returned `str` where it must return `int`"):
        ask(lambda: "seven")
    with pytest.raises(PluginError, match="must return `int` or `NoneType`"):
        asked("labeler", THING, lambda: "seven", expect=(int, type(None)))


def test_what_hangs_is_waited_for_so_long_and_no_longer() -> None:
    ended = threading.Event()
    begun = time.monotonic()
    with pytest.raises(PluginError, match=r"was not done after 0\.2 seconds"):
        ask(lambda: int(ended.wait(30)), seconds=0.2)
    assert time.monotonic() - begun < 5
    ended.set()


def test_what_it_says_itself_is_passed_on_with_its_name() -> None:
    with pytest.raises(AudioError) as caught:
        ask(raises(AudioError("no audio at all", help="yield a block")))
    assert (caught.value.help, caught.value.place) == ("yield a block", "labeler odd")


def test_a_full_disk_is_nobodys_fault() -> None:
    with pytest.raises(OSError, match="No space left"):
        ask(raises(OSError(errno.ENOSPC, "No space left on device")))
    with pytest.raises(PluginError, match="no such file"):
        ask(raises(OSError(errno.ENOENT, "no such file")))
