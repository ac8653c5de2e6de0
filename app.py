"""The front door: `streamlit run app.py` takes the server from `app`, and runs this file for every page."""

import streamlit as st

from workflows.ui.navigation import main, warming

if __name__ == "__main__":
    main()
else:
    app = st.App(__file__, lifespan=warming)
