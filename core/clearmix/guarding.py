"""Asking what a plugin handed over: what goes wrong there is told in its name, and ends there."""

from __future__ import annotations

import contextvars
import errno
import threading
from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from clearmix.errors import ClearmixError, PluginError

Answer = TypeVar("Answer")

REMEDY = "update its plugin or tell its author; uninstalling the plugin leaves it out"

_OF_THE_MACHINE = (errno.ENOSPC, errno.EDQUOT)
"""A full disk is nobody's fault, and is told as what it is."""


class Named(Protocol):
    """What has an id."""

    @property
    def id(self) -> str:
        """By which the operator knows it."""
        ...


def asked(
    kind: str,
    thing: Named,
    call: Callable[[], Answer],
    *,
    expect: type[Any] | tuple[type[Any], ...],
    seconds: float | None = None,
    help: str = REMEDY,
) -> Answer:
    """What the call returns.

    Args:
        kind: what the thing is, such as `interpreter`; the error says so.
        thing: what is called, by its id.
        call: calls it.
        expect: what it must return.
        seconds: after which it is no longer waited for. A call that hangs cannot be ended from
            within its process: it stays behind in a thread of its own (`left_behind`).
        help: the remedy.

    Raises:
        PluginError: it raised, took too long, or returned something else.
        ClearmixError: it said itself what is wrong, and how to put it right.
    """
    name, place = f"{kind} `{thing.id}`", f"{kind} {thing.id}"
    try:
        answer = call() if seconds is None else _within(seconds, call)
    except ClearmixError as error:
        error.place = error.place or place
        raise
    except _TooLongError:
        raise PluginError(
            f"{name} was not done after {seconds:g} seconds", help=help, place=place
        ) from None
    except (Exception, SystemExit) as error:  # a plugin may raise anything
        if isinstance(error, OSError) and error.errno in _OF_THE_MACHINE:
            raise
        raise PluginError(
            f"{name} failed: {type(error).__name__}: {error}", help=help, place=place
        ) from error
    if not isinstance(answer, expect):
        wanted = expect if isinstance(expect, tuple) else (expect,)
        names = " or ".join(f"`{one.__name__}`" for one in wanted)
        raise PluginError(
            f"{name} returned `{type(answer).__name__}` where it must return {names}",
            help=help,
            place=place,
        )
    return answer


def left_behind() -> int:
    """How many calls hang still that are no longer waited for, each in a thread of this process."""
    _abandoned[:] = [thread for thread in _abandoned if thread.is_alive()]
    return len(_abandoned)


_abandoned: list[threading.Thread] = []


class _TooLongError(Exception):
    """Nothing came back in time."""


def _within(seconds: float, call: Callable[[], Answer]) -> Answer:
    context = contextvars.copy_context()
    outcome: list[tuple[Answer | None, BaseException | None]] = []

    def run() -> None:
        try:
            outcome.append((context.run(call), None))
        except BaseException as error:  # noqa: BLE001  # raised again where it is waited for
            outcome.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not outcome:
        _abandoned.append(thread)
        raise _TooLongError
    answer, error = outcome[0]
    if error is not None:
        raise error
    return cast("Answer", answer)
