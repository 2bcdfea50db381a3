"""Apps: bundles of components that others operate, registered here, and the components that automations call."""
