"""How property tests run everywhere: the same examples each time, and no clock to fail by."""

import hypothesis

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.load_profile("steady")
