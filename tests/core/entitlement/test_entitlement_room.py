from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import select

from clearmix.contracts import Charge
from clearmix.entitlement import Entitlement, Quote
from clearmix.entitlement.plans import Plans, read_plans
from clearmix.errors import EntitlementError
from clearmix.kernel import Kernel
from clearmix.rendering.models import Job
from clearmix.spec import RemixSpec
from clearmix.storage.columns import utc_now
from clearmix.storage.tables.catalogue import ListenerRow
from clearmix.storage.tables.entitlement import BillingLineRow, ChargeRow
from clearmix.storage.tables.rendering import JobRow

PLANS = """
currency = "EUR"
add_on = "remix"
[tiers.studio]
renders = 1
seconds = 60
kinds = ["remix"]
[tiers.free]
renders = 1
seconds = 60
kinds = ["remix"]
[with_add_on.studio]
renders = 1
extra_micro = 500_000
"""

SPEC = RemixSpec(sources=("open-road",))


class Till:
    """A gateway that remembers, and fails as often as it is told to."""

    id = "till"
    version = "3"

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}
        self.failing = 0

    def charge(self, charge: Charge) -> str:
        if self.failing:
            self.failing -= 1
            raise ConnectionError("the till is stuck")
        self.taken[charge.id] = charge.amount_micro
        return f"receipt for {charge.id}"


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def entitlement(market: Kernel, till: Till) -> Entitlement:
    (market.settings.home / "plans.toml").write_text(PLANS)
    return Entitlement(
        market.database, market.settings, catalogue=market.catalogue, gateway=lambda: till
    )


@pytest.fixture
def quote(market: Kernel, entitlement: Entitlement) -> Callable[..., Quote]:
    analysis = market.catalogue.recording("open-road").analysis
    return lambda listener="mia", **fields: entitlement.quote(
        SPEC.merged(fields), listener, analysis
    )


def quoted(market: Kernel, job: str) -> None:
    """Writes down that a job was quoted half a euro."""
    with market.database.session(write=True) as session:
        session.add(
            ChargeRow(
                job=job, listener="mia", amount_micro=500_000, currency="EUR", text="0.50 EUR"
            )
        )


def test_what_a_plan_includes_costs_nothing(quote: Callable[..., Quote]) -> None:
    assert quote() == Quote(0, "EUR", 0, "included in the plan `studio`; 0 more this month")


def test_what_goes_beyond_it_has_a_price_that_is_said_before(
    quote: Callable[..., Quote], publish: Callable[..., str]
) -> None:
    publish("mia")

    found = quote()

    assert (found.amount_micro, found.currency) == (500_000, "EUR")
    assert found.text.startswith("0.50 EUR, charged once it is made")


def test_where_none_is_sold_the_listener_reads_what_to_do(
    market: Kernel, quote: Callable[..., Quote], publish: Callable[..., str]
) -> None:
    with market.database.session(write=True) as session:
        row = session.get(ListenerRow, "ben")
        row.tier, row.add_ons = "free", []
        session.add(row)
    publish("ben")

    with pytest.raises(EntitlementError, match="used up") as caught:
        quote("ben")

    assert "first of next month" in caught.value.help


def test_a_render_on_its_way_counts_and_one_that_was_cancelled_does_not(
    market: Kernel, quote: Callable[..., Quote], queue: Callable[..., Job]
) -> None:
    cleared = market.decide(SPEC, "mia")
    job = queue(market, SPEC, "mia", "idle", cleared.number)

    assert quote().amount_micro == 500_000
    market.rendering.cancel(job.id)

    assert quote().amount_micro == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "cover"}, "holds no cover"),
        ({"structure": {"seconds": 61}}, "would be 61 seconds"),
    ],
)
def test_kinds_and_lengths_that_a_plan_lacks_are_refused(
    quote: Callable[..., Quote], fields: dict[str, object], said: str
) -> None:
    with pytest.raises(EntitlementError, match=said):
        quote(**fields)


def test_nothing_is_made_that_costs_more_than_was_agreed_to(
    market: Kernel, publish: Callable[..., str], nobody_renders: None
) -> None:
    (market.settings.home / "plans.toml").write_text(PLANS)
    publish("mia")

    for agreed in (0, 499_999):
        with pytest.raises(EntitlementError, match=r"0\.50 EUR") as caught:
            market.rendering.submit(SPEC, "mia", most_micro=agreed)
        assert caught.value.help.endswith("`most_micro` of 500000")
    assert [job.state for job in market.rendering.jobs.listed("mia")] == ["published"]
    assert market.rendering.submit(SPEC, "mia", most_micro=500_000).job is not None


def test_a_published_render_is_charged_once_and_booked_on_both_sides(
    market: Kernel, entitlement: Entitlement, till: Till, publish: Callable[..., str]
) -> None:
    job = f"job-{publish('mia')}"
    quoted(market, job)

    charged = entitlement.charge_due()
    again = entitlement.charge_due()

    assert [(one.job, one.state, one.receipt) for one in charged] == [
        (job, "charged", f"receipt for {job}")
    ]
    assert again == ()
    assert till.taken == {job: 500_000}
    with market.database.session() as session:
        lines = session.exec(select(BillingLineRow)).all()
    assert sum(line.debit_micro for line in lines) == sum(line.credit_micro for line in lines)
    assert {line.account for line in lines} == {"listener:mia", "income:renders"}


@pytest.mark.parametrize("state", ["queued", "running", "failed", "cancelled"])
def test_a_render_that_was_not_published_is_not_charged(
    market: Kernel,
    entitlement: Entitlement,
    till: Till,
    queue: Callable[..., Job],
    state: str,
) -> None:
    cleared = market.decide(SPEC, "mia")
    job = queue(market, SPEC, "mia", "idle", cleared.number)
    with market.database.session(write=True) as session:
        row = session.get(JobRow, job.id)
        row.state = state
        session.add(row)
    quoted(market, job.id)

    assert entitlement.charge_due() == ()
    assert till.taken == {}


def test_a_gateway_that_fails_is_asked_again(
    market: Kernel, entitlement: Entitlement, till: Till, publish: Callable[..., str]
) -> None:
    job = f"job-{publish('mia')}"
    quoted(market, job)
    till.failing = 1

    assert entitlement.charge_due() == ()
    assert [one.state for one in entitlement.charged("mia")] == ["due"]
    assert len(entitlement.charge_due()) == 1


def test_a_new_month_begins_with_nothing_used(
    market: Kernel, entitlement: Entitlement, publish: Callable[..., str]
) -> None:
    publish("mia")
    later = Entitlement(
        market.database,
        market.settings,
        catalogue=market.catalogue,
        gateway=lambda: Till(),
        clock=lambda: utc_now() + timedelta(days=32),
    )

    assert (entitlement.used("mia"), later.used("mia")) == (1, 0)


def test_the_default_gateway_gives_the_same_receipt_each_time(market: Kernel) -> None:
    charge = Charge("job", "mia", 490_000, "GBP", "one remix")
    gateway = market.billing_gateways["account"]

    assert gateway.charge(charge) == gateway.charge(charge)


def test_the_plans_that_ship_hold_every_tier_and_lift_the_limit_at_the_top(market: Kernel) -> None:
    plans = read_plans(market.settings.home)

    assert set(plans.tiers) == {"free", "basic", "plus", "premium", "studio"}
    assert plans.of("studio", ("remix",)).renders is None
    assert plans.of("studio", ()).renders == 100


def test_a_mistake_in_a_plan_is_named_with_its_file(market: Kernel) -> None:
    (market.settings.home / "plans.toml").write_text(PLANS.replace("seconds", "secondz"))

    with pytest.raises(EntitlementError) as caught:
        read_plans(market.settings.home)

    assert "`tiers.studio.secondz`" in caught.value.message
    assert caught.value.place.endswith("plans.toml")


def test_a_tier_without_a_plan_is_named() -> None:
    plans = Plans(currency="EUR", add_on="remix", tiers={})

    with pytest.raises(EntitlementError, match="no plan for the tier `gold`"):
        plans.of("gold", ())


def test_of_many_requests_at_once_only_as_many_are_made_as_the_plan_holds(
    market: Kernel, till: Till, entitlement: Entitlement
) -> None:
    with market.database.session(write=True) as session:
        row = session.get(ListenerRow, "ben")
        row.tier, row.add_ons = "free", []
        session.add(row)
    vars(market.rendering)["_entitlement"] = entitlement
    start = threading.Barrier(8)

    def ask(_: int) -> bool:
        start.wait()
        try:
            return market.rendering.submit(SPEC, "ben").job is not None
        except EntitlementError:
            return False

    with ThreadPoolExecutor(8) as threads:
        asked = list(threads.map(ask, range(8)))

    assert asked.count(True) == 1
    assert len(market.rendering.jobs.open()) == 1
    assert [one.state for one in entitlement.charged("ben")] == ["quoted"]
