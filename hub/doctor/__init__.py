"""What hub_doctor looks at, check by check; each says how it is and what to do."""
