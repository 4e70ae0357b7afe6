"""A Chromium of any age, driven by the oldest words of its own protocol: Playwright drives none before 87.

`Target.sendMessageToTarget` was known to Chromium 63 and is to today's. Only what a drill needs is here.
"""

import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections import deque
from pathlib import Path
from typing import Any

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-zygote", "--lang=zh-CN"]
WAIT = 20
# Runs in the browser: the first that is seen, fits the selector and holds the words.
FIND = """((css, words) => [...document.querySelectorAll(css)].find((one) => one.getClientRects().length && one.textContent.includes(words)))"""
MIDDLE = """((one) => {
    one.scrollIntoView({ block: "center" });
    const box = one.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const top = document.elementFromPoint(x, y);
    return { x, y, hidden_by: one.contains(top) || (top && top.contains(one)) ? "" : top ? top.outerHTML.slice(0, 200) : "the window" };
})"""


class Gone(Exception):
    """What was asked of a page does not answer any longer, as it led to another one."""


class Kernel:
    """The browser `binary`, started; its protocol goes through two named pipes as the files 3 and 4."""

    def __init__(self, binary: str, *flags: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        inward, outward = self.folder / "in", self.folder / "out"
        for pipe in (inward, outward):
            os.mkfifo(pipe)
        shell = 'exec "$@" 3<"$0/in" 4>"$0/out" 2>"$0/errors"'
        own = [
            binary,
            "--remote-debugging-pipe",
            f"--user-data-dir={self.folder / 'data'}",
            *FLAGS,
            *flags,
            "about:blank",
        ]
        self.process = subprocess.Popen(["/bin/sh", "-c", shell, str(self.folder), *own])
        self.inward, self.outward = os.open(inward, os.O_WRONLY), os.open(outward, os.O_RDONLY)
        self.read, self.number = b"", 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.pages: dict[str, Page] = {}
        self.version = self.call("Browser.getVersion")["product"]

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": params}).encode() + b"\0"
        while data:
            data = data[os.write(self.inward, data) :]
        return self.result(self.answers, self.number, method)

    def result(self, answers: dict[int, dict[str, Any]], number: int, method: str) -> dict[str, Any]:
        until = time.monotonic() + WAIT
        while number not in answers:
            assert time.monotonic() < until, f"no answer to {method}"
            self.listen(0.5)
        answer = answers.pop(number)
        if "error" in answer:
            raise Gone(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def listen(self, seconds: float) -> None:
        """Hands on what the browser says within that time, to whom it concerns."""
        if b"\0" not in self.read and select.select([self.outward], [], [], seconds)[0]:
            piece = os.read(self.outward, 1 << 20)
            assert piece, (self.folder / "errors").read_text()[-2000:]
            self.read += piece
        while b"\0" in self.read:
            one, _, self.read = self.read.partition(b"\0")
            message = json.loads(one)
            if "id" in message:
                self.answers[message["id"]] = message
            elif message["method"] == "Target.receivedMessageFromTarget":
                self.pages[message["params"]["sessionId"]].hear(json.loads(message["params"]["message"]))

    def page(self, size: tuple[int, int], agent: str = "") -> "Page":
        """A page of its own, with cookies and storage of its own."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.call("Target.attachToTarget", targetId=target)["sessionId"]
        page = Page(self, session)
        page.begin(size, agent)
        return page

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.inward)
        os.close(self.outward)
        shutil.rmtree(self.folder, ignore_errors=True)


class Page:
    """One page; `complaints` are its errors of script, of the console and of what could not be loaded."""

    def __init__(self, kernel: Kernel, session: str) -> None:
        self.kernel, self.session, self.number = kernel, session, 0
        self.answers: dict[int, dict[str, Any]] = {}
        self.complaints: list[str] = []
        self.loaded: deque[str] = deque(maxlen=9)
        kernel.pages[session] = self
        self.statuses: dict[str, int] = {}

    def begin(self, size: tuple[int, int], agent: str) -> None:
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)
        is_phone = size[0] < 768
        self.call(
            "Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=is_phone
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=is_phone)
        if agent:
            self.call("Network.setUserAgentOverride", userAgent=agent)

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self.number += 1
        message = json.dumps({"id": self.number, "method": method, "params": params})
        self.kernel.call("Target.sendMessageToTarget", sessionId=self.session, message=message)
        return self.kernel.result(self.answers, self.number, method)

    def hear(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self.answers[message["id"]] = message
            return
        name, said = message["method"], message["params"]
        if name == "Runtime.exceptionThrown":
            details = said["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description") or details["text"])
        elif name == "Runtime.consoleAPICalled" and said["type"] == "error":
            self.complaints.append(str([one.get("value") for one in said["args"]]))
        elif name == "Log.entryAdded" and said["entry"]["level"] == "error":
            self.complaints.append(f"{said['entry']['text']} {said['entry'].get('url', '')}")
        elif name == "Page.lifecycleEvent" and said["name"] == "load":
            self.loaded.append(said["loaderId"])
        elif name == "Network.responseReceived" and said["type"] == "Document":
            self.statuses[said["loaderId"]] = said["response"]["status"]

    def goto(self, address: str) -> int | None:
        """The status of the answer; None where no page came: a file, or no connection."""
        begun = self.call("Page.navigate", url=address)
        if begun.get("errorText"):
            return None
        until = time.monotonic() + WAIT
        while begun["loaderId"] not in self.loaded:
            assert time.monotonic() < until, f"{address} does not load"
            self.kernel.listen(0.5)
        return self.statuses.get(begun["loaderId"], 200)

    def js(self, code: str) -> Any:
        answer = self.call("Runtime.evaluate", expression=code, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise Gone(answer["exceptionDetails"].get("exception", {}).get("description", code))
        return answer["result"].get("value")

    def wait(self, code: str) -> Any:
        """What the code says as soon as that is something."""
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            try:
                if found := self.js(code):
                    return found
            except Gone:
                pass  # the page leads on, or what is asked for is not there yet
            self.kernel.listen(0.1)
        raise AssertionError(f"{code}: {self.complaints}, {self.js('location + document.body.innerText')}")

    def see(self, *words: str) -> None:
        for one in words:
            self.wait(f"document.body.innerText.includes({json.dumps(one)})")

    def find(self, css: str, words: str = "") -> str:
        """Code for the element."""
        return f"{FIND}({json.dumps(css)}, {json.dumps(words)})"

    def press(self, css: str, words: str = "") -> None:
        """With the mouse, in the middle of what is seen there."""
        place = self.wait(f"document.readyState === 'complete' && {MIDDLE}({self.find(css, words)})")
        assert not place["hidden_by"], f"{css} {words} lies below {place['hidden_by']}"
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place["x"], y=place["y"], button="left", clickCount=1)

    def type(self, css: str, text: str) -> None:
        self.wait(f"document.readyState === 'complete' && (({self.find(css)}).focus(), true)")
        for one in text:
            self.call("Input.dispatchKeyEvent", type="char", text=one)

    def attach(self, css: str, path: Path) -> None:
        """A file for a field, as if it had been chosen."""
        field = self.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(css)})")["result"]
        self.call("DOM.getDocument")
        node = self.call("DOM.requestNode", objectId=field["objectId"])["nodeId"]
        self.call("DOM.setFileInputFiles", nodeId=node, files=[str(path)])

    def cut(self, *, off: bool) -> None:
        """The page is told that it has no network, or has one again. In old kernels a service worker's is not cut by it."""
        self.call(
            "Network.emulateNetworkConditions", offline=off, latency=0, downloadThroughput=-1, uploadThroughput=-1
        )
