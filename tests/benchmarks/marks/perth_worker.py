"""Marks and reads with resemble-perth, one order a line; run by a Python that has it installed."""

import sys
import time

import numpy as np
import perth

RATE = 44100
said, sys.stdout = sys.stdout, sys.stderr  # the library prints; only answers may come out
marker = perth.PerthImplicitWatermarker()
for line in sys.stdin:
    order, *paths = line.rstrip("\n").split("\t")
    sound = np.load(paths[0])
    began = time.process_time()
    if order == "mark":
        marked = [marker.apply_watermark(one, watermark=None, sample_rate=RATE) for one in sound]
        answer = "1"
        np.save(paths[1], np.stack(marked)[:, : sound.shape[1]])
    else:
        score = marker.get_watermark(sound.mean(axis=0), sample_rate=RATE)
        answer = str(int(np.mean(score) > 0.5))
    said.write(f"{time.process_time() - began} {answer}\n")
    said.flush()
