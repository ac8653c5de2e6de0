"""The nouns: frozen values that cross between the verbs. They import only the standard library and Pydantic."""
