"""People's door of this app: the list of events, one event, replay, the simulation."""
