"""Variables, secrets and portals of an organization."""
