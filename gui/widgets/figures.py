"""Numbers as people read them; the command line writes them the same."""

from core.words import count as count
from core.words import data_size as data_size
from core.words import short as short
