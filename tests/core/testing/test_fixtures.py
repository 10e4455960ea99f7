"""What the fixtures for plugin authors promise is so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import pytest
from clearmix import RemixSpec
from clearmix.testing.fixtures import PAID_BY_LISTENER, PAID_BY_PLAY, SONGS
from clearmix_royalties.pro_rata import ProRata
from clearmix_royalties.user_centric import UserCentric

@pytest.fixture
def plugins():
    return ("mine",)

def test_the_catalogue_is_analysed_as_it_was_made(kernel, catalogue, song):
    assert [one.title for one in catalogue] == list(SONGS)
    for recording, (artist, made) in zip(catalogue, SONGS.values()):
        assert recording.artist_names == (artist,)
        assert recording.analysis.tempo_bpm == pytest.approx(made.tempo_bpm, rel=0.01)
        assert recording.analysis.key == made.key
    assert (song.tempo_bpm, song.key) == (120, "A minor")

def test_a_remix_of_it_is_permitted_and_the_named_plugin_is_there(kernel, catalogue):
    spec = RemixSpec(sources=(catalogue[0].id,))
    assert kernel.decide(spec).decision.outcome == "permitted"
    assert "mine" in [one.name for one in kernel.plugins]
    assert kernel.problems == ()

def test_the_plays_earn_what_is_said(market):
    assert market.earnings(ProRata()) == PAID_BY_PLAY
    assert market.earnings(UserCentric()) == PAID_BY_LISTENER
"""


def test_an_author_s_tests_find_a_kernel_a_catalogue_a_song_and_plays(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["clearmix.testing.fixtures"]\n')
    (tmp_path / "mine.py").write_text("")
    (tmp_path / "test_mine.py").write_text(TESTS)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path),
         "-p", "no:cacheprovider", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "3 passed" in ran.stdout
