"""The user's own blocks: kept in a folder, shown in the palette, offered to their uses."""
