"""The pages of automations: the list, the form with its tester, runs."""
