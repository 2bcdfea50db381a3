"""settings.autoRefresh: who opens a record whose data is old has it asked for anew."""
