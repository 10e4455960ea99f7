"""A process that renders songs: `python -m clearmix_demo.render_songs FOLDER`.

It reads a song's id a line and answers with a JSON list of the paths that it wrote, under the
folder. It ends when its input does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from clearmix_demo.rendering import write_song
from clearmix_demo.score import read_song


def run(folder: Path) -> None:
    """Renders what is asked for until nothing more is."""
    for line in sys.stdin:
        written = write_song(read_song(line.strip()), folder)
        sys.stdout.write(json.dumps(written) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    run(Path(sys.argv[1]))
