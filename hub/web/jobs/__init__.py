"""Pages of jobs: all of them, one with its progress and results, what people do with it, its results as a file."""
