"""Routes of the console, one module per screen; thin: they read, call a service, and render."""
