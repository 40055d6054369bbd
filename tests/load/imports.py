"""Bring 100,000 contact points into a running Anlan as one background job: `python -m tests.load.imports http://127.0.0.1:8000/ [rows]`.

Prints how long it took and what came of it. To see a killed jobs process taken over, end it with -9 meanwhile: the count stays right.
"""

from __future__ import annotations

import re
import sys
import time

import httpx

HEAD = "组织机构,岗位,人员,渠道,地址,顺序,辖区\n"


def sheet(count: int) -> bytes:
    """Make a table as an office saves it; one line in a thousand lies in the neighbour's county."""
    lines = (f"441802-emb,,,电话,138{n:08d},1,{'441881' if n % 1000 == 500 else '441802'}\n" for n in range(count))
    return (HEAD + "".join(lines)).encode("gbk")


def main(base: str, count: int) -> None:
    """Sign in, send the table, and follow the job to its end."""
    with httpx.Client(base_url=base, timeout=120, headers={"Accept-Language": "en"}) as client:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/sign-in/").text)
        assert token is not None
        form = {"username": "qingcheng", "password": "anlan-demo-2022", "csrfmiddlewaretoken": token.group(1)}
        client.post("/sign-in/", data=form, headers={"Referer": base})
        started = time.monotonic()
        headers = {"X-CSRFToken": client.cookies["csrftoken"], "Referer": base}
        answer = client.post("/api/v1/people/contacts/import/", files={"file": ("contacts.csv", sheet(count))}, headers=headers)
        print(f"queued in {time.monotonic() - started:.1f} s: {answer.status_code} {answer.text}", flush=True)
        address, shown = answer.headers["Location"], -1
        while True:
            job = client.get(address).json()
            if job["done"] // 5000 != shown:
                shown = job["done"] // 5000
                print(f"{time.monotonic() - started:6.0f} s  {job['state']}  {job['done']}/{job['of']}", flush=True)
            if job["state"] not in ("waiting", "running"):
                break
            time.sleep(0.5)
        print(
            f"{time.monotonic() - started:.0f} s: {job['state']} {job['error']}; files: {client.get(f'{address}files/').json()}"
        )


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100_000)
