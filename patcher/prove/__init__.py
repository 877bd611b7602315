"""The experiment: a real server under load, its heap before and after apply."""
