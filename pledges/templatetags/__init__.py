"""Tags and filters of our templates: words of values, links that keep the day."""
