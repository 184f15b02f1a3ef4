pytest_plugins = [
    "tests.plugins.stores",
    "tests.plugins.plans",
    "tests.plugins.queries",
    "tests.plugins.application",
    "tests.plugins.cast",
    "tests.plugins.video",
]
