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

    OUTSIDE = ("sender", "sender-domain", "message-id", "tag", "own-id")

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
            forms = {"plain": plain, "UTF-16": canary.text.encode("utf-16-le"), "hex": plain.hex().encode(),
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
    """Hits in a file: (canary, form, offset). Letters count alike in both cases."""
    forms = canaries.forms()
    with tempfile.NamedTemporaryFile("wb", suffix=".patterns") as patterns:
        # Zeros of UTF-16 are no text to grep: these are looked for below.
        patterns.write(b"\n".join(octets for octets in forms if b"\0" not in octets) + b"\n")
        patterns.flush()
        done = subprocess.run(["grep", "-abioF", "-f", patterns.name, path], capture_output=True, env={"LC_ALL": "C"}, check=False)
        if done.returncode > 1:
            raise AssertionError(done.stderr.decode())
    hits = []
    for line in done.stdout.split(b"\n"):
        offset, colon, octets = line.partition(b":")
        if colon:
            hits.append((*forms[octets.lower()], int(offset)))
    wide = [octets for octets in forms if b"\0" in octets]
    with open(path, "rb") as file:
        overlap, position = b"", 0
        while chunk := file.read(16 << 20):
            part = (overlap + chunk).lower()
            for octets in wide:
                at = part.find(octets)
                while at >= 0:
                    hits.append((*forms[octets], position - len(overlap) + at))
                    at = part.find(octets, at + 1)
            overlap, position = part[-64:], position + len(chunk)
    return sorted(set(hits), key=lambda hit: hit[2])
