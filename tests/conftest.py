import signal

pytest_plugins = [
    "tests.plugins.stores",
    "tests.plugins.whole_modules",
    "tests.plugins.random_inputs",
    "tests.plugins.server_clock",
    "tests.plugins.at_once",
    "tests.plugins.grades",
    "tests.plugins.plans",
    "tests.plugins.queries",
    "tests.plugins.hashing",
    "tests.plugins.application",
    "tests.plugins.served",
    "tests.plugins.accounts",
    "tests.plugins.kept",
    "tests.plugins.mongo_failures",
    "tests.plugins.cast",
    "tests.plugins.video",
    "tests.plugins.stripe",
    "tests.plugins.mail",
    "tests.plugins.mailbox",
    "tests.plugins.invitations",
    "tests.plugins.file_storage",
]

# A shell's background job is born ignoring Ctrl-C, and so would be everything that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
