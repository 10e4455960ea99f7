"""The territories that a policy may name: ISO 3166-1 alpha-2 codes and a few groups of them."""

from __future__ import annotations

from collections.abc import Mapping

# ISO 3166-1 alpha-2, officially assigned codes.
_ASSIGNED = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO
    BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ
    DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP
    GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG
    KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML
    MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE
    PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL
    SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM
    US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
CODES = frozenset(_ASSIGNED.split())

# The member states of the European Union since 2020-02-01.
_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_EUROPE = f"{_EU} AD AL BA BY CH GB IS LI MC MD ME MK NO RS RU SM UA VA"
_NORTH_AMERICA = "CA MX US"
_CENTRAL_AMERICA = "BZ CR GT HN NI PA SV"
_SOUTH_AMERICA = "AR BO BR CL CO EC GY PE PY SR UY VE"
_WEST_INDIES = "AG BB BS CU DM DO GD HT JM KN LC PR TT VC"
# United Nations M49, 419: Latin America and the Caribbean.
_LATIN_AMERICA = f"""
    {_CENTRAL_AMERICA} {_SOUTH_AMERICA} {_WEST_INDIES} AI AW BL BQ BV CW FK GF GP GS KY MF MQ MS MX
    SX TC VG VI
"""

# DDEX names territories by ISO 3166-1 codes, `Worldwide`, or codes of CISAC's Territory Information
# System (data dictionary, avs:AllTerritoryCode). The groups are those of that system (IS/TIS), each
# under its code, which count a territory that is part of a state, such as the Faroe Islands, as the
# state; where ISO gives it a code of its own, a policy names it. Groups that do not hold what their
# name leads one to expect, such as TIS 2125 `Middle East` with India, are left out.
_TABLE: Mapping[str, tuple[int | None, str]] = {
    "worldwide": (2136, _ASSIGNED),
    "EU": (2123, _EU),
    "EEA": (2121, f"{_EU} IS LI NO"),
    "Europe": (2120, _EUROPE),
    "Eastern-Europe": (2119, "AL BG BY CZ EE HU LT LV MD PL RO RU SK UA"),
    "Nordic": (2127, "DK FI IS NO SE"),
    "Scandinavia": (2131, "DK NO SE"),
    "Baltics": (2109, "EE LT LV"),
    "Benelux": (2110, "BE LU NL"),
    "GSA": (2124, "AT CH DE"),
    "British-Isles": (2111, "GB IE"),
    "Balkans": (2108, "AL BA BG GR HR ME MK RO RS SI"),
    "Americas": (2101, f"{_NORTH_AMERICA} {_CENTRAL_AMERICA} {_SOUTH_AMERICA} {_WEST_INDIES}"),
    "North-America": (2129, _NORTH_AMERICA),
    "Central-America": (2113, _CENTRAL_AMERICA),
    "South-America": (2132, _SOUTH_AMERICA),
    "Latin-America": (None, _LATIN_AMERICA),
    "West-Indies": (2134, _WEST_INDIES),
    "Africa": (2100, """
        AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML
        MR MU MW MZ NA NE NG RW SC SD SL SN SO SS ST SZ TD TG TN TZ UG ZA ZM ZW"""),
    "North-Africa": (2128, "DZ EG LY MA TN"),
    "Asia": (2106, """
        AE AF AM AZ BD BH BN BT CN GE HK ID IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MV MY
        NP OM PH PK QA SA SG SY TH TJ TL TM TR TW UZ VN YE"""),
    "South-East-Asia": (2133, "BN ID KH LA MM MY PH SG TH TL VN"),
    "Oceania": (2130, "AU FJ FM KI MH NC NR NZ PF PG PW SB TO TV VU WS"),
    "Australasia": (2107, "AU FJ NC NZ SB VU"),
}  # fmt: skip

GROUPS: Mapping[str, frozenset[str]] = {
    name: frozenset(codes.split()) for name, (_, codes) in _TABLE.items()
}
"""Names that stand for several territories, usable wherever a code is."""

_NAMES = {name.lower(): name for name in GROUPS}

COMMON_MISTAKES: Mapping[str, str] = {
    "UK": "GB", "EL": "GR", "EN": "GB", "SW": "SE", "JA": "JP", "USA": "US", "WORLD": "worldwide",
    "EVERYWHERE": "worldwide", "ANYWHERE": "worldwide",
    "NORDICS": "Nordic", "NORDIC-COUNTRIES": "Nordic", "DACH": "GSA",
    "EUROPEAN-UNION": "EU",
    "AMERICA": "US", "EEC": "EU", "ENGLAND": "GB", "BRITAIN": "GB", "GREAT-BRITAIN": "GB",
    "UNITED-KINGDOM": "GB", "UNITED-STATES": "US", "ARGENTINA": "AR", "AUSTRALIA": "AU",
    "AUSTRIA": "AT", "BELGIUM": "BE", "BRAZIL": "BR", "CANADA": "CA", "CHILE": "CL", "CHINA": "CN",
    "COLOMBIA": "CO", "DENMARK": "DK", "FINLAND": "FI", "FRANCE": "FR", "GERMANY": "DE",
    "GREECE": "GR", "ICELAND": "IS", "INDIA": "IN", "INDONESIA": "ID", "IRELAND": "IE",
    "ISRAEL": "IL", "ITALY": "IT", "JAPAN": "JP", "KOREA": "KR", "MEXICO": "MX",
    "NETHERLANDS": "NL", "NIGERIA": "NG", "NORWAY": "NO", "POLAND": "PL", "PORTUGAL": "PT",
    "RUSSIA": "RU", "SPAIN": "ES", "SWEDEN": "SE", "SWITZERLAND": "CH", "TURKEY": "TR",
    "UKRAINE": "UA",
}  # fmt: skip
"""What people write, in capitals, and the code or the group that they mean."""


def group(name: str) -> frozenset[str] | None:
    """The territories of a group, its name in capitals or not; None if there is no such group."""
    known = _NAMES.get(name.lower())
    return None if known is None else GROUPS[known]


def meant(name: str) -> str | None:
    """The code or group that somebody meant who wrote a name that is neither."""
    upper = name.upper()
    if upper in COMMON_MISTAKES:
        return COMMON_MISTAKES[upper]
    return upper if upper in CODES else None
