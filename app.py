"""The front door: `streamlit run app.py`."""

from workflows.ui.navigation import main

main()
