"""The same twelve rules for three engines, and requests that each of them is asked."""

from __future__ import annotations

import json
import random
from typing import Any

RIGHTS = """
policy "Twelve rules" version 1
by label northlight
consent: opt-in
define nordics as any of SE, NO, DK or FI

rule short: permit remix, speed-change or mashup of tracks under northlight
  when tier is plus, premium or studio
   and territory is any of GB, IE or nordics
   and use is private or in-app
  provided
    length is at most 90 seconds
    label reads "Fan-made remix of {title}. Not by {artist}."
    royalty is at least 15% of revenue to northlight
  reason "Subscribers may make short remixes of {title}."
rule words: permit lyric-change when use is private and lyrics is replaced
  provided credit artist
  reason "Other words for oneself are fine."
rule shared: permit remix when use is public or social and listener is verified
   and strength is at most 70%
  provided
    length is at most 60 seconds
    royalty is at least 20% of revenue to northlight
  reason "Short remixes may be shared."
rule export: permit remix when use is export and add-ons has remix and length is under 30 seconds
  provided watermark with ours
  reason "Very short remixes may leave the service."
rule edits: permit edit or speed-change
  when tempo-change is at most 8% and pitch-change is at most 1 semitone
  reason "Small edits are fine."
rule instrumental: permit remix when not parts-used has vocals and use is in-app and era is 1980s
  reason "Without the voice it is fine."
rule new-release: forbid any use when today is within 14 days of release-date
  reason "New releases can be remixed two weeks after they come out."
rule children: forbid any use when age-band is child and track is explicit
  reason "This song is not for children."
rule no-voice: forbid any use when voice is imitated reason "No imitated voices."
rule training: forbid any use when trained-on is undisclosed and weights-licence is not commercial
  reason "Generators must say what they learnt from."
rule adverts: forbid any use when use is advert or campaign reason "Never in adverts."
rule calm: forbid remix when genres has ambient and tempo-change is over 25%
  unless renders-this-month is at most 3 and vocals is removed
  reason "Ambient music stays calm."
"""

CEDAR = """
@id("short") permit (principal, action in [Action::"remix", Action::"speed-change",
  Action::"mashup"], resource) when { context.labels.contains("northlight")
  && ["plus", "premium", "studio"].contains(context.tier)
  && ["GB", "IE", "SE", "NO", "DK", "FI"].contains(context.territory)
  && ["private", "in-app"].contains(context.use) && context.length <= 90000 };
@id("words") permit (principal, action == Action::"lyric-change", resource)
  when { context.use == "private" && context.lyrics == "replaced" };
@id("shared") permit (principal, action == Action::"remix", resource)
  when { ["public", "social"].contains(context.use) && context.verified
  && context.strength <= 7000 && context.length <= 60000 };
@id("export") permit (principal, action == Action::"remix", resource)
  when { context.use == "export" && context.addOns.contains("remix") && context.length < 30000 };
@id("edits") permit (principal, action in [Action::"edit", Action::"speed-change"], resource)
  when { context.tempoChange <= 800 && context.pitchChange <= 100 };
@id("instrumental") permit (principal, action == Action::"remix", resource)
  when { !context.partsUsed.contains("vocals") && context.use == "in-app"
  && context.era == "1980s" };
@id("new-release") forbid (principal, action, resource) when {
  context.today - context.released <= 14 && context.released - context.today <= 14 };
@id("children") forbid (principal, action, resource)
  when { context.ageBand == "child" && context.explicit };
@id("no-voice") forbid (principal, action, resource) when { context.voice == "imitated" };
@id("training") forbid (principal, action, resource)
  when { context.trainedOn == "undisclosed" && context.weightsLicence != "commercial" };
@id("adverts") forbid (principal, action, resource)
  when { ["advert", "campaign"].contains(context.use) };
@id("calm") forbid (principal, action == Action::"remix", resource)
  when { context.genres.contains("ambient") && context.tempoChange > 2500 }
  unless { context.rendersThisMonth <= 3 && context.vocals == "removed" };
"""

REGO = """
package rights
import rego.v1
default allow := false
allow if { count(permits) > 0; count(forbids) == 0 }
permits contains "short" if { input.action in {"remix", "speed-change", "mashup"}
  "northlight" in input.labels; input.tier in {"plus", "premium", "studio"}
  input.territory in {"GB", "IE", "SE", "NO", "DK", "FI"}
  input.use in {"private", "in-app"}; input.length <= 90000 }
permits contains "words" if { input.action == "lyric-change"; input.use == "private"
  input.lyrics == "replaced" }
permits contains "shared" if { input.action == "remix"; input.use in {"public", "social"}
  input.verified; input.strength <= 7000; input.length <= 60000 }
permits contains "export" if { input.action == "remix"; input.use == "export"
  "remix" in input.addOns; input.length < 30000 }
permits contains "edits" if { input.action in {"edit", "speed-change"}
  input.tempoChange <= 800; input.pitchChange <= 100 }
permits contains "instrumental" if { input.action == "remix"; not "vocals" in input.partsUsed
  input.use == "in-app"; input.era == "1980s" }
forbids contains "new-release" if { abs(input.today - input.released) <= 14 }
forbids contains "children" if { input.ageBand == "child"; input.explicit }
forbids contains "no-voice" if { input.voice == "imitated" }
forbids contains "training" if { input.trainedOn == "undisclosed"
  input.weightsLicence != "commercial" }
forbids contains "adverts" if { input.use in {"advert", "campaign"} }
forbids contains "calm" if { input.action == "remix"; "ambient" in input.genres
  input.tempoChange > 2500; not spared }
spared if { input.rendersThisMonth <= 3; input.vocals == "removed" }
"""

PARTIES = {"northlight": "label", "ada-wren": "artist", "j-smith": "writer"}
_OTHERS = {"consents": [], "voice-consent": [], "deceased": False, "minor": False}
_TODAY = 20_780  # 2026-11-23 in days since 1970


def draw(rng: random.Random) -> dict[str, Any]:
    """The facts of one request, by the names that Cedar and Rego use."""
    action = rng.choice(["remix", "remix", "remix", "lyric-change", "edit", "mashup"])
    return {
        "action": action,
        "labels": ["northlight"],
        "use": rng.choice(["private", "private", "in-app", "social", "export", "advert"]),
        "territory": rng.choice(["GB", "SE", "US"]),
        "length": rng.randrange(15_000, 150_000),
        "strength": rng.randrange(10_000),
        "tier": rng.choice(["free", "plus", "studio"]),
        "addOns": rng.choice([[], ["remix"]]),
        "verified": rng.random() < 0.7,
        "ageBand": rng.choice(["child", "adult", "adult"]),
        "rendersThisMonth": rng.randrange(9),
        "tempoChange": rng.choice([0, rng.randrange(5_000)]),
        "pitchChange": rng.choice([0, 200]),
        "partsUsed": rng.choice([["drums"], ["vocals", "drums"]]),
        "vocals": rng.choice(["kept", "removed"]),
        "voice": rng.choice(["original"] * 5 + ["synthetic", "none", "imitated"]),
        "lyrics": rng.choice(["kept", "replaced"]),
        "styles": ["house"],
        "era": rng.choice(["1980s", "none"]),
        "explicit": rng.random() < 0.3,
        "genres": rng.choice([["folk"], ["ambient", "folk"]]),
        "language": "en",
        "trainedOn": rng.choice(["nothing", "licensed", "licensed", "undisclosed"]),
        "weightsLicence": rng.choice(["none", "commercial"]),
        "usesMaster": True,
        "today": _TODAY,
        "released": _TODAY - rng.choice([3, 100, 4_000, 9_000]),
    }


def rights_request(said: dict[str, Any]) -> dict[str, Any]:
    """The same facts as a request of the rights language; all parties but the label allow."""
    from datetime import date, timedelta

    released = date(1970, 1, 1) + timedelta(days=said["released"])
    return {
        "now": "2026-11-23T12:00:00Z",
        "time-zone": "Europe/London",
        "request": {"actions": [said["action"]], "use": said["use"],
                    "territory": said["territory"], "length": said["length"],
                    "strength": said["strength"]},
        "listener": {"tier": said["tier"], "add-ons": said["addOns"],
                     "verified": said["verified"], "age-band": said["ageBand"],
                     "renders-this-month": said["rendersThisMonth"]},
        "sound": {"tempo-change": said["tempoChange"], "pitch-change": said["pitchChange"],
                  "parts-used": said["partsUsed"], "vocals": said["vocals"],
                  "voice": said["voice"], "lyrics": said["lyrics"], "styles": said["styles"],
                  "era": said["era"]},
        "tracks": [{"id": "t1", "title": "Greensleeves", "explicit": said["explicit"],
                    "release-date": released.isoformat(), "genres": said["genres"],
                    "language": said["language"], "label": "northlight",
                    "artists": ["ada-wren"],
                    "work": {"id": "w1", "writers": ["j-smith"], "publishers": [],
                             "public-domain": False}}],
        "generator": {"id": "studio", "trained-on": said["trainedOn"],
                      "weights-licence": said["weightsLicence"],
                      "uses-master": said["usesMaster"]},
        "parties": {
            id: {"kind": kind, "name": id, "default-consent": "opt-out", **_OTHERS}
            for id, kind in PARTIES.items()
        },
    }  # fmt: skip


def cedar_request(said: dict[str, Any]) -> dict[str, Any]:
    """The same facts as a request of Cedar, all in its context."""
    return {
        "principal": 'User::"local"',
        "action": f'Action::"{said["action"]}"',
        "resource": 'Track::"t1"',
        "context": said,
    }


def rego_input(said: dict[str, Any]) -> str:
    """The same facts as an input document of Rego."""
    return json.dumps(said)
