"""Corners of the language: z3's reckoning is that of `decide` where it is easy to be wrong."""

from __future__ import annotations

import pytest

from clearmix_rules import PolicySet, PolicySource, Request
from clearmix_rules.proving import outcome

ENDED = 'policy "L" version 1\nby label northlight\nin force until 2026-11-22\nconsent: opt-in\n'
NEXT = 'policy "L" version 2\nby label northlight\nin force from 2026-11-23{}\nconsent: opt-in\n'
YES = 'rule yes: permit any use reason "Yes."\n'
NO = 'rule no: forbid any use {} reason "No."\n'
LABEL = 'policy "L" version 1\nby label northlight\nconsent: opt-in\n'
WRITER = 'policy "W" version 1\nby writer j-smith\nconsent: {}\n'
ARTIST = 'policy "A" version 1\nby artist ada-wren\nconsent: {}\n'
LIMITED = 'rule {}: permit remix provided length is {} reason "Limited."\n'
SHARE = 'rule s: permit remix provided royalty is at least {}% of revenue to {} reason "Shared."\n'
MARK = 'rule m: permit remix provided watermark with {} reason "Marked."\n'
PARTY = "parties.northlight.default-consent"

CASES = {
    "nothing is said": ([], {}, "permitted"),
    "a licence that has ended frees nothing": ([ENDED], {}, "not-permitted"),
    "an ended version leaves the next one": ([ENDED, NEXT.format("") + YES], {}, "permitted"),
    "a version that may not hold yet permits nothing": (
        [ENDED, NEXT.format("") + YES],
        {"time-zone": None, "now": "2026-11-23T01:00:00Z"}, "not-permitted",
    ),
    "a policy that may not hold yet loosens nothing": (
        [NEXT.format("").replace("opt-in", "delegated to bo-lind")],
        {"time-zone": None, "now": "2026-11-23T01:00:00Z"}, "not-permitted",
    ),
    "a later version replaces an earlier one that forbids": (
        [LABEL + NO.format(""), LABEL.replace("version 1", "version 2") + YES], {}, "permitted",
    ),
    "another title does not": (
        [LABEL + NO.format(""), LABEL.replace('"L" version 1', '"M" version 2') + YES],
        {}, "forbidden",
    ),
    "the strictest of two defaults counts": (
        [LABEL, LABEL.replace('"L"', '"M"').replace("opt-in", "opt-out")], {}, "not-permitted",
    ),
    "a delegation to an opted-in label": (
        [ARTIST.format("delegated to northlight"), LABEL + YES], {}, "permitted",
    ),
    "a delegate's forbid counts": (
        [WRITER.format("delegated to bo-lind"),
         'policy "B" version 1\nby artist bo-lind\n' + NO.format("when use is private")],
        {}, "forbidden",
    ),
    "a delegate's forbid does not count where nobody needs to ask it": (
        [WRITER.format("delegated to bo-lind") + YES,
         'policy "B" version 1\nby artist bo-lind\n' + NO.format("when use is private")],
        {}, "permitted",
    ),
    "a circle through the catalogue": (
        [WRITER.format("delegated to northlight")], {PARTY: "delegated to j-smith"}, "in-error",
    ),
    "a delegation to oneself": ([], {PARTY: "delegated to northlight"}, "in-error"),
    "a forbid that reads what nobody knows": (
        [LABEL + YES + NO.format("when any artist is minor")],
        {"tracks.0.artists": ["stranger", "ada-wren"]}, "in-error",
    ),
    "a guard hides what is not given": (
        [LABEL + YES + NO.format("when style-of is given and style-of is ada-wren")],
        {}, "permitted",
    ),
    "limits that exclude each other are told before a limit that is broken": (
        [LABEL + LIMITED.format("a", "at most 60 seconds"),
         ARTIST.format("opt-in") + LIMITED.format("a", "at least 80 seconds")],
        {}, "terms-cannot-be-met",
    ),
    "a limit alone that is broken": (
        [LABEL + LIMITED.format("a", "at most 60 seconds")], {}, "not-permitted",
    ),
    "one permit that excludes itself": (
        [LABEL + 'rule a: permit remix provided length is at most 10 seconds '
         'length is at least 20 seconds reason "x"\n'], {}, "not-permitted",
    ),
    "one permit that excludes itself, asked twice": (
        [LABEL + 'rule a: permit remix provided length is at most 10 seconds '
         'length is at least 20 seconds reason "x"\n', ARTIST.format("delegated to northlight")],
        {}, "not-permitted",
    ),
    "one permit that excludes itself, asked by one who is asked twice": (
        [
            ARTIST.format("delegated to big"),
            WRITER.format("delegated to big"),
            'policy "G" version 1\nby group big\nconsent: delegated to bo-lind\n',
            'policy "B" version 1\nby artist bo-lind\nconsent: opt-in\n'
            'rule a: permit remix provided length is at most 10 seconds '
            'length is at least 20 seconds reason "x"\n',
        ],
        {}, "not-permitted",
    ),
    "shares above the whole": (
        [LABEL + SHARE.format(60, "northlight"), ARTIST.format("opt-in") + SHARE.format(41, "ada")],
        {}, "terms-cannot-be-met",
    ),
    "shares that are just the whole": (
        [LABEL + SHARE.format(60, "northlight"), ARTIST.format("opt-in") + SHARE.format(40, "ada")],
        {}, "permitted",
    ),
    "the greatest share of one payee": (
        [LABEL + SHARE.format(60, "ada"), ARTIST.format("opt-in") + SHARE.format(80, "ada")],
        {}, "permitted",
    ),
    "an exclusive watermark and another": (
        [LABEL + MARK.format("only a"), ARTIST.format("opt-in") + MARK.format("b")],
        {}, "terms-cannot-be-met",
    ),
    "an exclusive watermark and itself": (
        [LABEL + MARK.format("only a"), ARTIST.format("opt-in") + MARK.format("a")],
        {}, "permitted",
    ),
    "a cover asks the composition only": ([LABEL], {"request.actions": ["cover"]}, "permitted"),
    "a cover that is remixed asks both": (
        [LABEL], {"request.actions": ["cover", "remix"]}, "not-permitted",
    ),
    "an imitation of somebody named": (
        [], {"sound.voice-of": "bo-lind"}, "not-permitted",
    ),
    "nobody has a say": (
        [], {"tracks.0.label": "", "tracks.0.artists": [], "tracks.0.work": None}, "not-permitted",
    ),
    "a free work needs nobody": (
        [], {"tracks.0.label": "", "tracks.0.artists": ["ada-wren"],
             "request.actions": ["cover"], "tracks.0.work.writers": [],
             "tracks.0.work.publishers": [], "tracks.0.work.public-domain": True},
        "permitted",
    ),
    "a permit must apply on every day that it may be": (
        [LABEL + 'rule d: permit any use when today is 2026-11-23 reason "x"\n'],
        {"time-zone": None}, "not-permitted",
    ),
    "a forbid binds on any day that it may be": (
        [LABEL + YES + NO.format("when today is 2026-11-24")], {"time-zone": None}, "forbidden",
    ),
    "an approval that nobody gave yet": (
        [LABEL + 'rule a: permit remix provided approval by ada-wren reason "x"\n'], {}, "referred",
    ),
    "an approval that was refused, by whomever": (
        [LABEL + YES], {"approvals": [{"party": "anybody", "answer": "refuse"}]}, "forbidden",
    ),
    "a recorded refusal of what is not asked": (
        [], {"consents": [{"party": "ada-wren", "answer": "refuse", "kind": "cover"}]}, "permitted",
    ),
    "a refusal that keeps what was made before": (
        [], {"request.rendered-at": "2026-01-01T00:00:00Z",
             "consents": [{"party": "ada-wren", "answer": "refuse", "kind": "any",
                           "recorded-at": "2026-02-01T00:00:00Z"}]},
        "permitted",
    ),
    "parents above a label have a say": (
        ['policy "G" version 1\nby group big\nconsent: opt-in\n'],
        {"parties.northlight.parent": "big"}, "not-permitted",
    ),
    "a platform's limit that is broken": (
        ['policy "P" version 1\nby platform\n' + LIMITED.format("a", "at most 60 seconds")],
        {}, "not-permitted",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_corner_comes_out_as_decide_says(facts, case):
    texts, changes, expected = CASES[case]
    sources = [PolicySource(f"{n}.rights", text) for n, text in enumerate(texts)]
    policies = PolicySet.load(sources)
    request = Request.from_json(facts(changes))
    assert policies.decide(request).outcome == expected
    assert outcome(policies, request) == expected
