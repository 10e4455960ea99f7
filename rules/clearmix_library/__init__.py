"""Policies that ship with the product: the platform's baseline, templates for licensors."""

from clearmix_library.shelf import policies, templates

__all__ = ["policies", "templates"]
