"""The outside: the only folder that imports a vendor (database, language model, document formats)."""
