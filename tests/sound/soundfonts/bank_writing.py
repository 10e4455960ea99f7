"""A small SoundFont bank, written byte by byte: sines in zones."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import soundfile

RATE = 22050
LOOP = (2205, 4410)
"""A tenth of a second, in which a sine of a multiple of 10 Hz turns whole times."""


@dataclass(frozen=True)
class Sounding:
    """A zone of an instrument: the pitch of its sine, its keys, and generators by number."""

    hz: float = 440.0
    root: int = 69
    keys: tuple[int, int] = (0, 127)
    velocities: tuple[int, int] = (0, 127)
    generators: Mapping[int, int] = field(default_factory=dict)


def bank_of(
    presets: Mapping[tuple[int, int], Sequence[Sounding]],
    *,
    above: Mapping[int, int] | None = None,
    packed: bool = False,
    copyright: str = "",
) -> bytes:
    """A bank whose presets have an instrument each; `above` are generators of every preset."""
    smpl, shdr, phdr, inst = b"", b"", b"", b""
    bags: dict[str, list[int]] = {"p": [], "i": []}
    gens: dict[str, list[bytes]] = {"p": [], "i": []}
    samples = 0
    for number, ((bank, program), zones) in enumerate(presets.items()):
        phdr += struct.pack("<20sHHHIII", b"preset", program, bank, len(bags["p"]), 0, 0, 0)
        inst += struct.pack("<20sH", b"instrument", len(bags["i"]))
        bags["p"].append(len(gens["p"]))
        gens["p"] += [_gen(at, value) for at, value in (above or {}).items()] + [_gen(41, number)]
        for zone in zones:
            start = len(smpl) if packed else len(smpl) // 2
            content = _packed(zone.hz) if packed else _pcm(zone.hz)
            smpl += content
            size = len(content) if packed else len(content) // 2
            base = 0 if packed else start
            shdr += struct.pack(
                "<20sIIIIIBbHH", b"sine", start, start + size, base + LOOP[0], base + LOOP[1],
                RATE, zone.root, 0, 0, 0x11 if packed else 1,
            )  # fmt: skip
            bags["i"].append(len(gens["i"]))
            gens["i"] += [_range(43, zone.keys), _range(44, zone.velocities)]
            gens["i"] += [_gen(at, value) for at, value in zone.generators.items()]
            gens["i"].append(_gen(53, samples))
            samples += 1
    phdr += struct.pack("<20sHHHIII", b"EOP", 0, 0, len(bags["p"]), 0, 0, 0)
    inst += struct.pack("<20sH", b"EOI", len(bags["i"]))
    shdr += struct.pack("<20sIIIIIBbHH", b"EOS", *[0] * 9)
    tables = [_chunk(b"phdr", phdr)]
    for side in "pi":
        starts = [*bags[side], len(gens[side])]
        tables += [_chunk(f"{side}bag".encode(), b"".join(struct.pack("<HH", at, 0)
                                                          for at in starts)),
                   _chunk(f"{side}mod".encode(), bytes(10)),
                   _chunk(f"{side}gen".encode(), b"".join(gens[side]) + bytes(4))]  # fmt: skip
        tables += [_chunk(b"inst", inst)] if side == "p" else []
    tables.append(_chunk(b"shdr", shdr))
    info = _chunk(b"ifil", struct.pack("<HH", 2, 1)) + _chunk(b"INAM", b"Sines\0")
    info += _chunk(b"ICOP", copyright.encode() + b"\0") if copyright else b""
    lists = (b"INFO" + info, b"sdta" + _chunk(b"smpl", smpl), b"pdta" + b"".join(tables))
    return _chunk(b"RIFF", b"sfbk" + b"".join(_chunk(b"LIST", one) for one in lists))


def _sine(hz: float) -> np.ndarray:
    t = np.arange(RATE // 2) / RATE
    return 0.5 * np.sin(2 * np.pi * hz * t)


def _pcm(hz: float) -> bytes:
    return (32767 * _sine(hz)).astype("<i2").tobytes() + bytes(92)


def _packed(hz: float) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, _sine(hz), RATE, format="OGG", subtype="VORBIS")
    return out.getvalue()


def _gen(at: int, value: int) -> bytes:
    return struct.pack("<Hh", at, value)


def _range(at: int, both: tuple[int, int]) -> bytes:
    return struct.pack("<HBB", at, *both)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
