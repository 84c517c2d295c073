"""What a document says of the border zone, held against the data of the atlas."""
