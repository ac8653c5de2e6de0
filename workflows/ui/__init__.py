"""The screens: the only folder that imports streamlit. A page reads, shows, and calls one method of the desk."""
