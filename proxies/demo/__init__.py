"""The demo's grid operator: an API that cannot push, and the schedule that reads it."""
