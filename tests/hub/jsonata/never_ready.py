"""A program that takes longer to load than any test waits."""

import time

time.sleep(600)
