"""What the sheet is held against: forty of Streamlit's own check boxes on a page, and how many are ticked."""

import streamlit as st

ROWS = 40

ticked = sum(st.checkbox(f"Step {n}", key=f"step-{n}") for n in range(ROWS))
st.html(f"<p id='ticked'>{ticked} of {ROWS}</p>")
