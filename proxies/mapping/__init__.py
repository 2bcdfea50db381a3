"""Expressions over what is sent to other systems and what they answer; evaluated in a child process."""
