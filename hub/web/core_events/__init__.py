"""The pages of core events: the catalogue, one event with its history, switching, firing, and events of one's own."""
