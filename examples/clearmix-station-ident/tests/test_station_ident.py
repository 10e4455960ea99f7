from pathlib import Path

import pytest
from clearmix_station_ident import provide_findings, provide_labelers
from clearmix_station_ident.labeler import StationIdent

from clearmix import FileLabeler, Settings
from clearmix.testing import FileLabelerContract
from clearmix.testing.labelers import disclosure_of


class TestStationIdent(FileLabelerContract):
    @pytest.fixture
    def labeler(self) -> FileLabeler:
        return StationIdent("Radio Example 98.4")


def test_another_station_reads_whose_file_it_is(tmp_path: Path) -> None:
    path = tmp_path / "file.m4a"
    path.write_bytes(b"sound")
    reading = StationIdent("Radio Two").read(StationIdent("Radio One").mark(path, disclosure_of()))
    assert reading is not None
    assert reading.fields == {"station": "Radio One", "title": "Test Song (AI remix)"}
    assert path.read_bytes().startswith(b"sound")


def test_a_torn_ident_claims_nothing_and_an_older_one_counts(tmp_path: Path) -> None:
    path = tmp_path / "file.m4a"
    path.write_bytes(b"sound")
    one, two = StationIdent("Radio One"), StationIdent("Radio Two")
    one.mark(path, disclosure_of())
    whole = path.read_bytes()
    two.mark(path, disclosure_of("b" * 16))
    path.write_bytes(path.read_bytes()[:-3])
    reading = one.read(path)
    assert reading is not None
    assert reading.fields["station"] == "Radio One"
    path.write_bytes(whole.replace(b"Radio One", b"Radio 1ne"))
    assert one.read(path) is None


def test_the_name_is_the_operators_or_the_services(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings.from_environment({"CLEARMIX_SERVICE": "Example Music"})
    monkeypatch.delenv("CLEARMIX_STATION", raising=False)
    assert [one.said for one in provide_findings(settings)] == ["files say `Example Music`"]
    monkeypatch.setenv("CLEARMIX_STATION", "Radio Example 98.4")
    (finding,) = provide_findings(settings)
    assert (finding.said, finding.help) == ("files say `Radio Example 98.4`", "")
    assert [one.id for one in provide_labelers(settings)] == ["station-ident"]
