"""Certificates of a private authority, made with openssl."""

import dataclasses
import os
import pathlib
import shutil
import subprocess

from server import HOSTNAME, SERVICE_USER, find_tool, hand_over


@dataclasses.dataclass
class Certificate:
    chain: pathlib.Path
    key: pathlib.Path
    authority: pathlib.Path


def issue_certificate(directory, name=HOSTNAME, authority=None):
    """A P-256 certificate for the name, from a private authority made on first use."""
    openssl = find_tool("openssl")

    def run(*arguments):
        subprocess.run([openssl, *arguments], check=True, capture_output=True, cwd=directory)

    directory.mkdir(parents=True, exist_ok=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    if authority is None:
        authority = directory
        run("req", "-x509", *curve, "-days", "200", "-subj", "/CN=Test Authority", "-keyout", "ca.key",
            "-out", "ca.pem", "-addext", "basicConstraints=critical,CA:TRUE",
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    run("req", "-new", *curve, "-subj", f"/CN={name}", "-keyout", "key.pem", "-out", "request.pem")
    (directory / "extensions").write_text(
        f"subjectAltName=DNS:{name},DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"
        "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:FALSE\n")
    run("x509", "-req", "-in", "request.pem", "-CA", str(authority / "ca.pem"), "-CAkey", str(authority / "ca.key"),
        "-set_serial", str(int.from_bytes(os.urandom(12), "big")), "-days", "120", "-extfile", "extensions",
        "-out", "certificate.pem")
    (directory / "key.pem").chmod(0o600)
    hand_over(directory, None)
    if SERVICE_USER:
        shutil.chown(directory / "key.pem", SERVICE_USER)
    return Certificate(directory / "certificate.pem", directory / "key.pem", authority / "ca.pem")
