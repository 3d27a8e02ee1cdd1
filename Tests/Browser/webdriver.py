"""A small WebDriver client (https://www.w3.org/TR/webdriver2/) for chromedriver: the standard library and nothing else."""

import base64
import http.client
import json
import pathlib
import socket
import subprocess
import time

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class WebDriverError(Exception):
    pass


class Browser:
    """A headless Chromium with an empty profile."""

    def __init__(self, width=1280, height=900, dark=False, phone=False, scripts=True):
        self.port = free_port()
        self.driver = subprocess.Popen(
            ["chromedriver", f"--port={self.port}", "--silent"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                     f"--window-size={width},{height}", "--force-color-profile=srgb"]
        if dark:
            arguments.append("--force-dark-mode")
        options = {"args": arguments, "prefs": {}}
        if not scripts:
            options["prefs"]["profile.managed_default_content_settings.javascript"] = 2
        if phone:
            options["mobileEmulation"] = {"deviceMetrics": {"width": width, "height": height, "pixelRatio": 2}}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
                  "unhandledPromptBehavior": "ignore"}
        for _ in range(100):
            try:
                self.session = self.call("POST", "", {"capabilities": {"alwaysMatch": wanted}}, top=True)["sessionId"]
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        shade = "dark" if dark else "light"
        self.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": shade}])
        if not phone:
            self.devtools("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def call(self, method, path, body=None, top=False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        url = "/session" + ("" if top else f"/{self.session}{path}")
        connection.request(method, url, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())["value"]
        connection.close()
        if isinstance(answer, dict) and "error" in answer:
            raise WebDriverError(answer["error"] + ": " + answer["message"].splitlines()[0])
        return answer

    def devtools(self, command, **parameters):
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    @property
    def url(self):
        return self.call("GET", "/url")

    def find(self, css):
        return [element[ELEMENT] for element in self.call("POST", "/elements", {"using": "css selector", "value": css})]

    def wait(self, css):
        """Until there is such an element: without scripts a click returns before the next page is there."""
        for _ in range(100):
            found = self.find(css)
            if found:
                return found
            time.sleep(0.05)
        raise WebDriverError(f"no {css} on {self.url}")

    def text(self, css):
        return [self.call("GET", f"/element/{element}/text") for element in self.find(css)]

    def click(self, css):
        self.call("POST", f"/element/{self.find(css)[0]}/click", {})

    def type(self, css, text):
        self.call("POST", f"/element/{self.find(css)[0]}/value", {"text": text})

    def press(self, keys):
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def alert(self):
        """The text of an open dialog, or None."""
        try:
            return self.call("GET", "/alert/text")
        except WebDriverError:
            return None

    def log(self):
        return self.call("POST", "/se/log", {"type": "browser"})

    def picture(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def close(self):
        try:
            self.call("DELETE", "")
        finally:
            self.driver.terminate()
            self.driver.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()
