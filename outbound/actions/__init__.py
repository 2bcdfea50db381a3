"""Actions of automations that somebody waits for: the ERP is triggered, a component of an app is called."""
