"""Jobs: long acts that a person asks for and a worker does piece by piece, each piece at once with what it says."""
