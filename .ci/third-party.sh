#!/usr/bin/env bash
# Plugins as third parties ship them: each example, and a new one of each kind, is built into a
# wheel and installed apart from Clearmix; then it must be listed without a problem and pass its
# own tests, away from the folder that it came from.
#
#   .ci/third-party.sh FOLDER    FOLDER is made; the python on the path has Clearmix and pytest
set -euo pipefail
folder=$1
mkdir -p "$folder/projects" "$folder/tests"
cp -r examples/clearmix-* "$folder/projects"
kinds=$(python -c 'from clearmix.scaffolding import KINDS; print(*KINDS)')
for kind in $kinds; do
    python -m clearmix plugins new "$kind" "new-$kind" --out "$folder/projects" >/dev/null
done
for project in "$folder"/projects/*; do
    mv "$project/tests" "$folder/tests/$(basename "$project")"
done
python -m pip install --quiet --no-deps --target "$folder/site" "$folder"/projects/*
rm -rf "$folder/projects"

export PYTHONPATH="$folder/site${PYTHONPATH:+:$PYTHONPATH}" CLEARMIX_HOME="$folder/home"
cd "$folder"
python -m clearmix plugins list --json >listed.json
python - <<'CHECK'
import json, pathlib, sys

listed = json.load(open("listed.json"))
theirs = {one["distribution"] for one in listed["plugins"]}
missing = sorted({path.name for path in pathlib.Path("tests").iterdir()} - theirs)
for problem in listed["problems"]:
    print(f"{problem['plugin']}: {problem['reason']}", file=sys.stderr)
if missing or listed["problems"]:
    sys.exit(f"not listed: {', '.join(missing) or 'none'}")
CHECK
for tests in tests/*; do
    echo "+ $tests"
    python -m pytest -q -c /dev/null --rootdir "$tests" -p no:cacheprovider "$tests"
done
