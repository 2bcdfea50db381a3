"""How moments are written where Django writes them itself, which is in the admin for support."""
