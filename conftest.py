"""Every test may ask for the kit's fixtures."""

pytest_plugins = ["anlan.kit.testing.plugin"]
