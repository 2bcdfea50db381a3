"""Files that core events name: which ones, whether they can be sent, and their bytes."""
