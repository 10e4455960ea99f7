"""The built-in plugin `prompts`."""
