"""Automations: when something happens and a condition holds, steps are taken, one after the other."""
