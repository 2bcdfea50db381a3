"""Integration Hub: the kernel that every app stands on."""
