"""The built-in plugin `demo`."""
