"""/v1/environments and /v1/portals."""
