"""Official papers (公文) as Word files: layout, the document around it, and bytes without a clock in them."""
