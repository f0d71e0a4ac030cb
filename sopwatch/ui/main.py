"""The page script of the screens, run anew for every session."""

import streamlit as st

from sopwatch.running import service

st.write(service().property.name)
