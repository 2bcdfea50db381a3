"""Secure proxies: requests forwarded to hosts that were allowed beforehand."""
