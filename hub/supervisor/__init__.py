"""What make run stands on: one process that starts the web server and the worker, and keeps them."""
