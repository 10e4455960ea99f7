"""Our marks pass the suites that other labelers get."""

from __future__ import annotations

import pytest

from clearmix import FileLabeler, Settings, SignalLabeler
from clearmix.testing import FileLabelerContract, SignalLabelerContract
from clearmix_marks.content_credentials import ContentCredentials
from clearmix_marks.tags import Tags
from clearmix_marks.watermark import ClearmixMark


class TestTheWatermark(SignalLabelerContract):
    @pytest.fixture
    def labeler(self, settings: Settings) -> SignalLabeler:
        return ClearmixMark(settings)


class TestTheTags(FileLabelerContract):
    @pytest.fixture
    def labeler(self, settings: Settings) -> FileLabeler:
        return Tags(settings)


class TestTheManifest(FileLabelerContract):
    @pytest.fixture
    def labeler(self, settings: Settings) -> FileLabeler:
        return ContentCredentials(settings)
