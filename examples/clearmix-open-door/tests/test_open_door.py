from pathlib import Path

import clearmix_open_door
import pytest

from clearmix import PolicySource, Settings
from clearmix.testing import PolicyPackContract


class TestOpenDoor(PolicyPackContract):
    tests = Path(clearmix_open_door.__file__).parent

    @pytest.fixture
    def policies(self) -> list[PolicySource]:
        return list(clearmix_open_door.provide_policies(Settings.from_environment()))
