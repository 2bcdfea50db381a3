"""The pages of the environment: variables, secrets and their groups, and what an integration needs of them."""
