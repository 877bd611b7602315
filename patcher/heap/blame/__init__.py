"""Who keeps an instance: from the kept object up to the slot that is to blame."""
