from __future__ import annotations

from clearmix import Settings
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
    assert "Debian" in program.help
