"""What deliveries carry: the event at the version a receiver knows, with what its webhook asks for, as it shapes it."""
