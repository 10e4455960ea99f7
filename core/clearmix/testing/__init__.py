"""Contract suites for plugin authors."""
