"""What operators run (`commands`), and what `make messages` reads templates with (`extract`)."""
