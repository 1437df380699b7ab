"""How Django writes dates and numbers in each language, where its own formats do not suit (FORMAT_MODULE_PATH)."""
