"""Deliveries that take the files of an event to another system, by a recipe of proxies."""
