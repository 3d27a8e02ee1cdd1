"""Words that nobody else says, one for each field of a message and its life; and how they are looked for in octets."""

import base64
import secrets
import subprocess
import tempfile


class Canary:
    """A word. `outside`: it may stand in the outer header of the recipient's encrypted mail, as docs/sealing.md says."""

    def __init__(self, name, text=None, outside=False):
        # Letters alone: it fits every field, and no encoding of addresses changes it.
        self.name, self.outside = name, outside
        self.text = text or "kan" + "".join(secrets.choice("bcdfghklmnprstvwz") for _ in range(15))


class Canaries(dict):
    """All canaries of a run, by their names."""

    OUTSIDE = ("sender", "sender-domain", "message-id", "tag", "own-own-id")

    def __missing__(self, name):
        self[name] = Canary(name, outside=name in self.OUTSIDE)
        return self[name]

    def __call__(self, name):
        return self[name].text

    def forms(self):
        """Each form of each canary as octets, in lower case where letters count alike, and what it is."""
        found = {}
        for canary in self.values():
            plain = canary.text.encode()
            forms = {"plain or UTF-16": plain, "hex": plain.hex().encode(),
                     "reversed": plain[::-1], "percent": "".join(f"%{octet:02x}" for octet in plain).encode(),
                     # Quoted-printable changes none of these letters unless it breaks the line within the word.
                     "quoted-printable": "".join(f"={octet:02x}" for octet in plain).encode()}
            for shift in range(3):
                # The octets around the word change the first and the last letters.
                coded = base64.b64encode(b"\0" * shift + plain + b"\0" * 2)
                forms[f"base64+{shift}"] = coded[4 if shift else 0:len(coded) - 8]
            for form, octets in forms.items():
                found[octets.lower()] = (canary, form)
        return found


def search(canaries, path):
    """Hits in a file: (canary, form). Letters count alike in both cases.

    Zeros are left out of the file first: UTF-16 is plain then, and an empty disk is small.
    """
    forms = canaries.forms()
    with tempfile.NamedTemporaryFile("wb", suffix=".patterns") as patterns, tempfile.NamedTemporaryFile("wb") as searched:
        patterns.write(b"\n".join(forms) + b"\n")
        patterns.flush()
        with open(path, "rb") as file:
            while chunk := file.read(16 << 20):
                searched.write(chunk.translate(None, b"\0"))
        searched.flush()
        done = subprocess.run(["grep", "-aioF", "-f", patterns.name, searched.name], capture_output=True, env={"LC_ALL": "C"},
                              check=False)
    if done.returncode > 1:
        raise AssertionError(done.stderr.decode())
    return [forms[octets.lower()] for octets in done.stdout.split(b"\n") if octets]
