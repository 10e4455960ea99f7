"""The policies of the house in JSON's types, as commands and the API show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clearmix.clearance.versions import PolicyVersion, digest

if TYPE_CHECKING:
    from clearmix.clearance.policies import Policies
    from clearmix_rules.tree import Policy


def described_policies(policies: Policies) -> list[dict[str, Any]]:
    """Each policy text of the house: whose, which version, when in force, and from where."""
    held = {
        (one.policy.file, one.policy.title, one.policy.version): one.policy
        for one in policies.current().policies.policies
    }
    entries = []
    for one in policies.listed():
        said = one.header
        policy = held.get((one.source.name, said.title, said.version)) if said else None
        entries.append(
            {
                "title": said.title if said else None,
                "version": said.version if said else None,
                "by": said.author if said else None,
                "window": window(policy) if policy else None,
                "rules": len(policy.rules) if policy else 0,
                "plugin": one.plugin,
                "file": one.source.name,
                "sha256": digest(one.source),
                "trouble": one.trouble,
            }
        )
    return entries


def described_version(policies: Policies, version: PolicyVersion) -> dict[str, Any]:
    """One recorded version: its text, and each rule in plain English."""
    from clearmix_rules import english

    policy = policies.read(version.source)
    return {
        "title": policy.title,
        "version": policy.version,
        "by": str(version.header),
        "sha256": version.sha256,
        "window": window(policy),
        "first_seen_at": version.first_seen_at.isoformat(),
        "rules": [
            {"name": rule.name, "says": english.rule(rule), "reason": rule.reason}
            for rule in policy.rules
        ],
        "text": version.source.text,
    }


def window(policy: Policy) -> str:
    """When a policy is in force, in words."""
    from clearmix_rules.deciding.windows import Window

    return Window.of(policy.in_force).words()
