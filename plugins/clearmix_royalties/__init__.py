"""The built-in plugin `royalties`."""
