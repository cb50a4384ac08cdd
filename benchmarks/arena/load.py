"""The process of the load: python -m arena.load < job.json > figures.json"""

from __future__ import annotations

import json
import sys

from .crowd import Job
from .measures import run

if __name__ == "__main__":
    json.dump(run(Job(**json.load(sys.stdin))), sys.stdout)
