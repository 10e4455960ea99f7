"""The built-in plugin `marks`."""
