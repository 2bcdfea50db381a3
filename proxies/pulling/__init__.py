"""Scheduled pull: a managed call that is made by itself, page after page, for an ERP that cannot push."""
