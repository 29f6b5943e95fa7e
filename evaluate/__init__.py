"""Agreement of coders, comparison of leaders, typologies: tables in, tables out."""
