"""Folders, wheel packages, entry points, import contracts and types name the same packages."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FOLDERS = ("core", "rules", "plugins", "ui")


def packages_on_disk() -> set[str]:
    return {
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (ROOT / folder).iterdir()
        if (path / "__init__.py").is_file()
    }


def test_every_package_is_in_the_wheel() -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(wheel) == packages_on_disk()


def test_every_package_is_type_checked_and_under_the_import_contracts() -> None:
    names = {path.split("/")[1] for path in packages_on_disk()}
    assert set(PROJECT["tool"]["mypy"]["packages"]) == names
    assert set(PROJECT["tool"]["importlinter"]["root_packages"]) == names


def test_every_plugin_is_an_entry_point_and_is_installed_as_one() -> None:
    declared = PROJECT["project"]["entry-points"]["clearmix"]
    plugins = {path.split("/")[1] for path in packages_on_disk() if path.startswith("plugins/")}
    assert plugins <= set(declared.values())
    installed = {
        entry.name: entry.value
        for entry in metadata.entry_points(group="clearmix")
        if entry.dist is not None and entry.dist.name == "clearmix"
    }
    assert installed == declared


def test_folder_roots_hold_packages_and_a_readme_only() -> None:
    for folder in FOLDERS:
        for path in (ROOT / folder).iterdir():
            assert path.is_dir() or path.name == "README.md", path


def test_the_top_level_has_what_the_founder_fixed() -> None:
    for name in ("pyproject.toml", "README.md", "core", "plugins", "rules", "ui", "tests",
                 "examples", "docs", "LICENSE", "NOTICE", "CHANGELOG.md", ".ci/run"):  # fmt: skip
        assert (ROOT / name).exists(), name


REASONS_TO_BE_LONG = {
    "core/clearmix/storage/migrations/versions/0001_the_first_schema.py": "one table after another",
    "rules/clearmix_rules/schema.py": "the table of facts, one row an attribute",
    "rules/clearmix_rules/tree.py": "one node after another",
}


def test_no_module_is_long_without_a_reason() -> None:
    long = {
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        if len(path.read_text(encoding="utf-8").splitlines()) > 400
    }
    assert long <= REASONS_TO_BE_LONG.keys()
