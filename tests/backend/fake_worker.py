"""A worker that has no torch: does what the tests of its keeper need, by the real protocol."""

from __future__ import annotations

import json
import os
import sys


def say(**message) -> None:
    print(json.dumps(message), flush=True)


def serve(request: dict) -> None:
    number, verb = request["id"], request["do"]
    if verb == "echo":
        say(id=number, progress={"seconds": 1})
        say(id=number, progress={"seconds": 2})
        say(id=number, result={"pid": os.getpid(), **request})
    elif verb == "fail":
        say(id=number, error={"text": "It is broken.", "remedy": "Mend it.", "code": "unreadable"})
    elif verb == "die":
        print("last words", file=sys.stderr, flush=True)
        os._exit(9)
    elif verb == "junk":
        print("no JSON\n[1]\n{}\n{'id': 1}", flush=True)
        say(id=-1, result={})
        say(id=number, result={})
    elif verb == "wait":
        say(id=number, progress={"waiting": True})
        wanted = [request]
        while json.loads(sys.stdin.readline()) != {"cancel": number}:
            wanted.append(request)
        say(id=number, error={"text": "It was cancelled.", "code": "cancelled"})
    elif verb == "deaf":
        say(id=number, progress={})


def main() -> None:
    if "--log" in sys.argv:
        log = os.open(sys.argv[sys.argv.index("--log") + 1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(log, 2)
    say(ready={})
    for line in sys.stdin:
        request = json.loads(line)
        if "do" in request:
            serve(request)


if __name__ == "__main__":
    main()
