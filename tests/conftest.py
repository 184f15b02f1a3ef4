pytest_plugins = ["tests.plugins.stores", "tests.plugins.application", "tests.plugins.cast", "tests.plugins.video"]
