"""The queue that ERPs poll: one stream per integration, in the order in which the events happened."""
