"""Typing slips: the known word that an unknown one was meant to be, or none."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4
"""Shorter words are taken as written, and of these only swapped letters are put right."""

_TWO_SLIPS = 8
"""From this length on two slips are forgiven."""

_MEANT = frozenset(
    """
    horse mouse louse hose base baste bess boss brass chair choice cheer church clock closer clothes
    dare dart date deck desk dread dress duck dumb fame farm father feather fester fist flesh float
    flower foster funds gospels grape grass ground hand hands head heads heart heath hello hold home
    horn house hunt jail jumbo kite lake lamp large laser laugh lead leaf lean least lemon letter
    lettuce light limb lime list loser lost love lover lower lunch major manor march mark master match
    matter maybe meat media metro milk mine mole money mouth move movie neck noise north nose note
    paint pale panic paper park past pasta paste peace pear pearl phase phone pile pill pink pipe plain
    plane plate plot poem police pope pork pose post power prince print queen quite rack rail rain range
    rate reach reader rent rest rice rich ring river road rock role roof rope rose sail sale salt sand
    scale score screw seat self send sense shade shake shape share sharp sheep shell shine ship shirt
    shoe shop shore shot shower side sight silk silver sink size skin sky sleeve slept slide smart smell
    smile smoke snake snow soap sock soft soil sold solid sort soup south space spade spare speak spell
    spend spice spin spoon sport spot spring stage stair stamp stand star state station steak steal
    steam steel stem stick stone store storm story stove straw stream street stress strike strong
    student stuff sugar suit summer sweet swim table tail tale talk tank tape task taste tax taxi team
    tear teeth tent test thick thing think thumb ticket tide tile till tire title toast today tool
    tooth touch towel tower town trade train tray treat tree trial trick trip truck trust truth tube
    turkey twist uncle union unit value video view village visit vote wage wait wall want warm wash
    waste watch water wave weak wear weather week weight wheel wheat white wife wild wind window wine
    wing winner winter wire wise wolf woman wood wool word world worry write wrong yard year young
    capital recipe banana potato president doctor bottle butter button camera candle carpet castle
    coffee cousin danger dinner dragon engine family finger forest garden guitar hammer island jacket
    kitchen ladder leather lesson liquid market meter minute mirror monkey mother muscle needle office
    orange packet palace parent parrot pencil pepper person pillow planet player pocket poster powder
    prison purple puzzle rabbit reason record region ribbon rocket saddle salmon school screen season
    secret shadow shoulder signal singer sister spirit spread square statue string summer sunset
    supper system teacher temple tennis theory throat ticket timber tissue tomato tongue travel
    tunnel turtle valley vessel violet wallet weapon window wonder writer yellow calling falling
    booked looked cooked looks books cooks fasten faster fasting lasted tasted hosted posted roasted
    shower flowers lower loser slots slow blow glow flow grow crow plower mellow fellow yellow bellow
    swinging singing bringing stinging duties beauties cities parties paris pars part carts party
    funny sunny bunny honey phony pony bony penny
    consent mark approve approved licence license owner artist
    """.split()
)
"""Common words that lie close to a known word and mean themselves."""


@lru_cache(maxsize=4096)
def intended(word: str, known: Sequence[str]) -> str | None:
    """The known word nearest to one that nobody knows, if it is near enough and the only one.

    >>> intended("fastr", ("faster", "slower")), intended("horse", ("house",))
    ('faster', None)
    """
    if len(word) < _SHORTEST or word in _MEANT or not word.isalpha() or len(word) > 24:
        return None
    most = 2 if len(word) >= _TWO_SLIPS else 1
    close = process.extract(word, known, scorer=OSA.distance, score_cutoff=most, limit=6)
    likely = [name for name, slips, _ in close if _alike(word, name)]
    if len(word) == _SHORTEST:
        likely = [name for name in likely if sorted(name) == sorted(word)]
    if not likely:
        return None
    best = min(slips for name, slips, _ in close if name in likely)
    nearest = [name for name, slips, _ in close if name in likely and slips == best]
    # A swap or a doubled letter is the commonest slip: it decides between two near words.
    swaps = [name for name in nearest if sorted(name) == sorted(word)]
    return (swaps or nearest)[0] if len(nearest) == 1 or swaps or _one_stem(nearest) else None


def _alike(word: str, name: str) -> bool:
    """Whether a slip is plausible: the first letter stands, or the first two changed places."""
    return word[0] == name[0] or (word[1] == name[0] and word[0] == name[1])


def _one_stem(names: Sequence[str]) -> bool:
    """Whether near words are forms of one word, such as `guitar` and `guitars`."""
    shortest = min(names, key=len)
    return all(name.startswith(shortest[:-1]) for name in names)
