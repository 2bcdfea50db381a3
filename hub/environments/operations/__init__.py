"""The only writers of variables, groups and portals."""
