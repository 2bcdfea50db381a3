"""The pages of this room: the way in, the choice of an organization, tokens."""
