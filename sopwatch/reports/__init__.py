"""Papers: the SOP's forms as a person would print them, set by typst from the templates in this folder."""
