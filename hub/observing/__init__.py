"""How the hub is watched from outside: metrics, and the ids that its log lines carry."""
