"""What somebody makes of a disk who knows the formats of journal and queue and has the key that lies beside them."""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

RECORD = struct.pack("<I", 0x43524D53)
FRAME = struct.pack("<I", 0x46514D53)
CHUNK = 64 << 10


def derive(key, salt, info):
    return HKDF(hashes.SHA256(), 32, salt or None, info.encode()).derive(key)


def places(image, mark):
    at = image.find(mark)
    while at >= 0:
        yield at
        at = image.find(mark, at + 1)


def attempt(key, nonce, sealed, bound=None):
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        return None


def journal(image, instance):
    """Records of the journal whose segment's key can be had."""
    keys = []
    for at in places(image, b"SAMOTOPJ"):
        version, generation = struct.unpack_from("<IQ", image, at + 8)
        if version == 1:
            keys.append(image[at + 20:at + 52])
        elif version == 2 and instance:
            wrapped, wrap = image[at + 20:at + 80], derive(instance, b"", "samotop journal")
            if key := attempt(wrap, wrapped[:12], wrapped[12:], struct.pack("<Q", generation)):
                keys.append(key)
    for at in places(image, RECORD):
        length, sequence = struct.unpack_from("<IQ", image, at + 4)
        if not 16 <= length <= 4 << 20:
            continue
        for key in set(keys):
            octets = attempt(key, struct.pack("<Q", sequence) + bytes(4), image[at + 16:at + 16 + length])
            if octets is not None:
                yield "journal", octets


def queue(image, instance):
    """Frames of the queue whose segment's salt is there. Segments lie in one piece on a disk as empty as ours."""
    for header in places(image, b"SAMOTOPQ"):
        keyed, salt = image[header + 16], image[header + 17:header + 49]
        if header % 4096 or (keyed and not instance):
            continue
        key = derive(instance if keyed else bytes(32), salt, "samotop queue segment")
        for at in places(image[header:header + (17 << 20)], FRAME):
            length, = struct.unpack_from("<I", image, header + at + 4)
            start = header + at + 8
            for domain in (0, 1):
                nonce = struct.pack("<QB", at, domain) + bytes(3)
                if 16 <= length <= 4 << 20 and (octets := attempt(key, nonce, image[start:start + length])) is not None:
                    yield "queue", octets


def large(image, instance):
    """Large contents of the queue whose salt is there; those of the journal have their keys in its records."""
    for header in places(image, b"SAMOTOPL"):
        if header % 4096 or not instance:
            continue
        key, start, number = derive(instance, image[header + 8:header + 40], "samotop queue large"), header + 40, 0
        while (octets := attempt(key, struct.pack("<Q", number) + bytes(4), image[start:start + CHUNK + 16])) is not None:
            yield "large content", octets
            start, number = start + CHUNK + 16, number + 1


def opened(path, instance):
    """All that opens: (where it was, octets)."""
    with open(path, "rb") as file:
        image = file.read()
    for part in (journal, queue, large):
        yield from part(image, instance)
