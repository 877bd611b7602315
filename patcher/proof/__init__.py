"""The experiment: a real Next.js server under load, its heap before and after `nextfix apply`."""
