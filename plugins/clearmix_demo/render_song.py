"""A process that renders one song: `python -m clearmix_demo.render_song ID FOLDER`.

It prints the paths of what it wrote, under the folder, as a JSON list.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from clearmix_demo.rendering import write_song
from clearmix_demo.score import read_song


def run(id: str, folder: str) -> None:
    """Renders the song into the folder and prints what it wrote."""
    sys.stdout.write(json.dumps(write_song(read_song(id), Path(folder))))


if __name__ == "__main__":
    run(*sys.argv[1:3])
