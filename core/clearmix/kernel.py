"""The kernel: one typed method per job, and the rooms that do them, made when first used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from clearmix.guarding import asked
from clearmix.installed import Installed, by_id

if TYPE_CHECKING:
    from clearmix.access import Repeats, SignIns, Tokens, WrongPasswords
    from clearmix.audio import Audio
    from clearmix.catalogue import Catalogue
    from clearmix.catalogue.importing import Imported
    from clearmix.clearance import Clearance, Cleared, Consents, Policies
    from clearmix.clearance.approvals import Answer
    from clearmix.contracts import (
        Conversation,
        Interpretation,
        Progress,
    )
    from clearmix.conversation import Conversations
    from clearmix.delivery import Delivery
    from clearmix.desk import Desk
    from clearmix.discovery import Discovery, Feed
    from clearmix.discovery.lanes import Lane
    from clearmix.entitlement import Entitlement
    from clearmix.operations import Operations
    from clearmix.rendering import Rendering
    from clearmix.royalties import Royalties
    from clearmix.royalties.reports.room import Reports
    from clearmix.spec import RemixSpec
    from clearmix.storage.database import Database
    from clearmix.storage.store import Store
    from clearmix.verification import Registry, Verification
    from clearmix_rules import PolicySource

INTERPRET_SECONDS = 120.0
"""A listener waits for it; a language model on a slow machine takes half a minute."""


def quiet(fraction: float, message: str) -> None:
    """A progress that tells nobody."""


class Kernel(Installed):
    """One configured Clearmix; instances are independent and making one is cheap."""

    @cached_property
    def database(self) -> Database:
        """The database, brought up to date."""
        from clearmix.storage.database import Database

        database = Database(self.settings.database_url)
        database.upgrade()
        return database

    @cached_property
    def store(self) -> Store:
        """The audio store."""
        from clearmix.storage.store import Store

        return Store(self.settings.store, cache=self.settings.home / "cache")

    @cached_property
    def tokens(self) -> Tokens:
        """Personal access tokens of log-ins."""
        from clearmix.access import Tokens

        return Tokens(self.database)

    @cached_property
    def repeats(self) -> Repeats:
        """Requests that came with a key, so that each is carried out once."""
        from clearmix.access import Repeats

        return Repeats(self.database)

    @cached_property
    def sign_ins(self) -> SignIns:
        """Whose sessions are whose, and which were ended by signing out."""
        from clearmix.access import SignIns

        return SignIns(self.database)

    @cached_property
    def wrong_passwords(self) -> WrongPasswords:
        """How often a password was guessed lately, and who has to wait."""
        from clearmix.access import WrongPasswords
        from clearmix.delivery.signing import signing_key

        return WrongPasswords(self.database, lambda: signing_key(self.settings.keys))

    @cached_property
    def catalogue(self) -> Catalogue:
        """Recordings, works, parties and listeners."""
        from clearmix.catalogue import Catalogue

        return Catalogue(
            self.database,
            self.store,
            analyzer=lambda: by_id("analyzer", self.analyzers, self.settings.analyzer),
            separator=self.separator,
            separators=lambda: self.separators,
            transcriber=self.transcriber,
            marks_of=self._marks_of,
        )

    @cached_property
    def consent(self) -> Consents:
        """What parties have answered."""
        from clearmix.clearance import Consents

        return Consents(self.database)

    @cached_property
    def policies(self) -> Policies:
        """The rights policies in force: of plugins, and of the operator's own folder."""
        from clearmix.clearance import Policies
        from clearmix_rules import PolicySource

        return Policies(
            self.database,
            self.settings,
            shipped=lambda: self._plugins.values("provide_policies", PolicySource),
            report=self._plugins.report,
        )

    @cached_property
    def clearance(self) -> Clearance:
        """Whether a spec may be made, and why."""
        from clearmix.clearance import Clearance

        return Clearance(
            self.database, self.catalogue, self.consent, self.policies, generator=self.generator
        )

    @cached_property
    def entitlement(self) -> Entitlement:
        """What listeners may have made, at which price, and what they were charged."""
        from clearmix.entitlement import Entitlement

        return Entitlement(
            self.database,
            self.settings,
            catalogue=self.catalogue,
            gateway=lambda: by_id("billing gateway", self.billing_gateways, self.settings.billing),
        )

    @cached_property
    def rendering(self) -> Rendering:
        """Renders and the jobs that make them."""
        from clearmix.rendering import Rendering

        return Rendering(
            self.database,
            self.store,
            self.settings,
            clearance=self.clearance,
            entitlement=self.entitlement,
            catalogue=self.catalogue,
            generator=self.generator,
            labelers=lambda: self.labelers,
            analyzer=lambda: by_id("analyzer", self.analyzers, self.settings.analyzer),
        )

    @cached_property
    def registry(self) -> Registry:
        """Renders by their ids and by their sound."""
        from clearmix.verification import Registry

        return Registry(
            self.database,
            self.store,
            self.settings,
            catalogue=self.catalogue,
        )

    @cached_property
    def delivery(self) -> Delivery:
        """Signed links, streams and play events."""
        from clearmix.delivery import Delivery

        return Delivery(
            self.database,
            self.store,
            self.settings,
            catalogue=self.catalogue,
            clearance=self.clearance,
            rendering=self.rendering,
            royalties=self.royalties,
            labeler=self.listening_labeler,
        )

    @cached_property
    def discovery(self) -> Discovery:
        """What there is to hear, each kind in a lane of its own."""
        from clearmix.discovery import Discovery

        return Discovery(self.database, items=self.delivery.items)

    @cached_property
    def operations(self) -> Operations:
        """Backups, retention, erasure."""
        from clearmix.operations import Operations

        return Operations(self.database, self.store, self.settings)

    @cached_property
    def royalties(self) -> Royalties:
        """Plays, settlements, statements."""
        from clearmix.royalties import Royalties

        return Royalties(
            self.database,
            self.store,
            self.settings,
            catalogue=self.catalogue,
            formula=self.formula,
        )

    @cached_property
    def reports(self) -> Reports:
        """Statements to hand out, comparisons, estimates."""
        from clearmix.royalties.reports.room import Reports

        return Reports(
            self.database,
            self.store,
            self.settings,
            catalogue=self.catalogue,
            royalties=self.royalties,
            formula=self.formula,
        )

    @cached_property
    def conversations(self) -> Conversations:
        """What listeners said and what came of it."""
        from clearmix.conversation import Conversations

        return Conversations(
            self.database,
            interpret=self.interpret,
            catalogue=self.catalogue,
            rendering=self.rendering,
            royalties=self.royalties,
            would_permit=self.clearance.would_permit,
            would_allow=self.clearance.would_allow,
            items=self.delivery.items,
        )

    # --- jobs ------------------------------------------------------------------------------------

    def interpret(
        self, words: str, conversation: Conversation, *, interpreter: str | None = None
    ) -> Interpretation:
        """What a listener's words ask for, as a proposal; it decides nothing.

        Raises:
            PluginError: the interpreter raised, took too long or returned something else.
        """
        from clearmix.contracts import Interpretation

        id = interpreter or self.settings.interpreter
        chosen = by_id("interpreter", self.interpreters, id)
        return asked(
            "interpreter",
            chosen,
            lambda: chosen.interpret(words, conversation),
            expect=Interpretation,
            seconds=INTERPRET_SECONDS,
            help="set CLEARMIX_INTERPRETER to another one, or tell its author",
        )

    def decide(
        self,
        spec: RemixSpec,
        listener_id: str = "local",
        *,
        generator: str | None = None,
        at: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Cleared:
        """Whether the listener may have this remix made, on what duties, and why."""
        return self.clearance.decide(
            spec, listener_id, generator=generator, at=at, known_at=known_at
        )

    def answer_approval(self, id: str, answer: Answer, reason: str = "") -> Cleared | None:
        """The decision once everybody has approved, on which a render is made or shared.

        None while others are still waited for, or when somebody has refused.

        Raises:
            ClearanceError: nothing of that id waits, or its deadline has passed.
            EntitlementError: the listener's plan holds no render any more, or only for a price that
                nobody agreed to; the answer is kept, and it is made when the listener asks again.
        """
        approvals = self.clearance.approvals
        every = approvals.answer(id, answer, reason)
        first = every[0]
        if any(one.state != "approved" for one in every):
            return None
        if first.render is not None:
            return self.delivery.items.share(first.render, first.listener)
        submission = self.rendering.submit(
            first.spec, first.listener, generator=first.generator, most_micro=0
        )
        if submission.job is not None:
            approvals.began(first.request, submission.job.id)
        return submission.cleared

    def desk(self, party_id: str) -> Desk:
        """What a rights-holder sees and decides; raises CatalogueError when there is none."""
        from clearmix.desk import Desk

        return Desk(self, self.catalogue.party(party_id))

    def feed(self, listener_id: str, lane: Lane, *, limit: int = 50) -> Feed:
        """What a listener finds in one lane; lanes never mix."""
        return self.discovery.feed(listener_id, lane, limit=limit)

    def verify(self, path: Path) -> Verification:
        """What every labeler reads back from a file, and what registry and sound say of it."""
        from clearmix.verification import verify

        return verify(path, self.labelers, self.registry, self._unread())

    def _marks_of(self, path: Path, audio: Audio) -> Verification:
        """What the marks of a file say whose sound was read already."""
        from clearmix.verification import read_marks, weighed

        found = read_marks(path, audio, self.labelers, self._unread())
        return weighed(audio, found, self.registry)

    def _unread(self) -> Mapping[str, str]:
        from clearmix.verification import unread_layers

        return unread_layers(self.labelers, self.without_labelers, self.registry)

    def import_catalogue(self, path: Path, progress: Progress = quiet) -> Imported:
        """Imports a catalogue document: audio, rights, consents, policies, rates, plays.

        Everything is checked before anything is written, and doing it again changes nothing.
        """
        from clearmix.catalogue.beside import beside
        from clearmix.catalogue.document import read_document
        from clearmix.royalties.rates import checked_rates, checked_renders

        document = read_document(path)
        folder = path.parent
        rates = checked_rates(document.rates) if document.rates else None
        renders = checked_renders(document.renders)
        policies = [read_policy(beside(folder, name)) for name in document.policies]
        named = (*document.earlier_plays, *([document.plays] if document.plays else []))
        plays = [beside(folder, name) for name in named]
        imported = self.catalogue.import_document(document, folder, progress)
        for policy in policies:
            self.policies.add(policy)
        self.consent.import_entries(document.consents)
        if rates:
            self.royalties.import_rates(rates)
        if renders:
            self.royalties.import_renders(renders)
        for log in plays:
            self.royalties.import_plays(log)
        return replace(imported, rate_cards=int(rates is not None), renders=len(renders))

    def prepare_catalogue(self, id: str, progress: Progress = quiet) -> Imported:
        """Prepares a plugin's catalogue once and imports it."""
        source = by_id("catalogue", self.catalogue_sources, id)
        folder = self.settings.home / "catalogues" / id
        folder.mkdir(parents=True, exist_ok=True)
        path = asked(
            "catalogue",
            source,
            lambda: source.prepare(folder, lambda part, said: progress(part * 0.8, said)),
            expect=Path,
        )
        return self.import_catalogue(path, lambda part, said: progress(0.8 + part * 0.2, said))


def read_policy(path: Path) -> PolicySource:
    """The policy of a file; raises ClearanceError when it cannot be read."""
    from clearmix.errors import ClearanceError
    from clearmix_rules import PolicySource

    try:
        return PolicySource(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ClearanceError(
            f"cannot read the policy: {error}", help="give a text file in UTF-8", place=str(path)
        ) from None
