"""The machine's doors of this app: intake, event query, replay, simulation."""
