"""Presence servers side by side: how they are started, loaded and measured, and what is written."""
