"""The built-in plugin `studio`."""
