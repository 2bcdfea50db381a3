"""What templates may call: the library is ui, its functions stand in the modules beside it."""
