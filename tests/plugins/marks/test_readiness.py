from __future__ import annotations

import pytest

from clearmix import Settings
from clearmix_marks.audiowmark import how_to_get_it
from clearmix_marks.readiness import findings


def test_without_settings_the_signer_is_for_development_and_it_says_so(settings: Settings) -> None:
    signer, program = findings(settings, {"AUDIOWMARK": "/bin/sh"})
    assert signer.ok
    assert "development" in signer.said
    assert "CLEARMIX_C2PA_CERTIFICATE" in signer.help
    assert (program.ok, program.said) == (True, "/bin/sh")
    assert not settings.keys.exists()


def test_a_service_sees_its_own_certificate(settings: Settings) -> None:
    environ = {"CLEARMIX_C2PA_CERTIFICATE": "chain.pem", "CLEARMIX_C2PA_KEY": "key.pem"}
    signer = next(findings(settings, environ))
    assert (signer.said, signer.help) == ("signed with chain.pem", "")


def test_a_program_that_is_named_and_not_there_is_a_fault(settings: Settings) -> None:
    _, program = findings(settings, {"AUDIOWMARK": "/nowhere"})
    assert not program.ok
    assert "install audiowmark (" in program.help


@pytest.mark.parametrize(
    ("system", "release", "said"),
    [
        ("Linux", {"ID": "debian", "VERSION_ID": "13"}, "no package of it before forky"),
        ("Linux", {"ID": "debian", "VERSION_ID": "14"}, "apt-get install audiowmark"),
        ("Linux", {"ID": "debian"}, "apt-get install audiowmark"),
        ("Linux", {"ID": "fedora", "VERSION_ID": "41"}, "build it from its sources"),
        ("Linux", {}, "build it from its sources"),
        ("Darwin", None, "misc/macbuild.sh"),
        ("Windows", None, "docs/win-x64-build-guide.txt"),
        ("FreeBSD", None, "build it from its sources"),
    ],
)
def test_every_system_is_told_how_to_get_the_program(
    system: str, release: dict[str, str] | None, said: str
) -> None:
    how = how_to_get_it(system, release)
    assert said in how
    assert ("apt-get" in how) == ("no package" not in how and "Debian" in how)
    assert how.endswith("or name the program with AUDIOWMARK")
