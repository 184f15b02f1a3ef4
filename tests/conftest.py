pytest_plugins = [
    "tests.plugins.stores",
    "tests.plugins.queries",
    "tests.plugins.application",
    "tests.plugins.cast",
    "tests.plugins.video",
]
