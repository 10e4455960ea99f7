from dataclasses import replace

from clearmix import Settings
from clearmix_prompts.readiness import findings


def test_a_model_that_is_wanted_and_not_set_is_a_problem_with_a_remedy(settings: Settings) -> None:
    ok, _ = findings(settings, {})
    assert ok.ok and "optional" in ok.said
    missing, _ = findings(replace(settings, interpreter="openai"), {})
    assert not missing.ok and "CLEARMIX_OPENAI_MODEL" in missing.help
    found, _ = findings(
        replace(settings, interpreter="openai"),
        {"CLEARMIX_OPENAI_MODEL": "small", "OPENAI_API_KEY": "s3cret"},
    )
    assert found.ok and "`small`" in found.said and "s3cret" not in found.said


def test_a_variable_that_cannot_be_read_is_named(settings: Settings) -> None:
    broken, _ = findings(
        replace(settings, interpreter="openai"), {"CLEARMIX_OPENAI_SECONDS": "soon"}
    )
    assert not broken.ok and "CLEARMIX_OPENAI_SECONDS" in broken.help
