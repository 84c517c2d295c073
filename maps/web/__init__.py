"""What a page is: its spec, its record, its document."""
