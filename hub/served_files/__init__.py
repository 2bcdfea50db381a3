"""What browsers are told about files, whoever's they are: names, types and headers that cannot do harm."""
