"""Reports of other servers come in by mail, made by Python, and are shown by `samotop reports`; ours are looked at before they go."""

import email.message
import gzip
import json
import smtplib
import sqlite3
import subprocess
import xml.etree.ElementTree

import pytest
from server import PROGRAM, RECIPIENT, Settings
from test_sending import sink, zones  # noqa: F401 (fixtures)

ADDRESS = "tls-reports@our.test"
TLS = {
    "organization-name": "Friends", "contact-info": "smtp@friend.test", "report-id": "2026-11-26@friend.test",
    "date-range": {"start-datetime": "2026-11-26T00:00:00Z", "end-datetime": "2026-11-26T23:59:59Z"},
    "policies": [{"policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: testing"], "policy-domain": "our.test"},
                  "summary": {"total-successful-session-count": 41, "total-failure-session-count": 2},
                  "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
                                       "receiving-mx-hostname": "mx.our.test", "failed-session-count": 2}]}]}
DMARC = """<?xml version="1.0"?><feedback><report_metadata><org_name>Friends</org_name><email>dmarc@friend.test</email>
<report_id>77</report_id><date_range><begin>1764115200</begin><end>1764201599</end></date_range></report_metadata>
<policy_published><domain>our.test</domain><p>reject</p></policy_published>
<record><row><source_ip>198.51.100.7</source_ip><count>3</count><policy_evaluated><disposition>reject</disposition>
<dkim>fail</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>our.test</header_from></identifiers>
<auth_results><spf><domain>evil.test</domain><result>pass</result></spf></auth_results></record></feedback>"""


def mail(kind, octets, name):
    message = email.message.EmailMessage()
    message["From"], message["To"], message["Subject"] = "smtp@friend.test", ADDRESS, "Report"
    message.set_content("A report is attached.")
    message.add_attachment(octets, maintype="application", subtype=kind, filename=name)
    return message


@pytest.fixture
def server(samotop, zones):  # noqa: F811
    zone = zones(test="")
    return samotop(tls="none", settings=Settings(
        dns=zone.section, contacts="{strangers: ask}", aliases="{tls-reports: [user]}",
        relay="{from: [127.5.0.0/16]}", reports=f"{{send: [tls, dmarc], receive: [{ADDRESS}]}}"))


def send(server, message, recipient=ADDRESS):
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.send_message(message, "smtp@friend.test", [recipient])


def reports(server, *arguments, status=0):
    done = subprocess.run([PROGRAM, "reports", *arguments, "--config", server.configuration], capture_output=True, text=True, timeout=30)
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


def test_reports_come_in_and_are_shown(server):
    send(server, mail("tlsrpt+gzip", gzip.compress(json.dumps(TLS).encode()), "friend.test!our.test!1!2!x.json.gz"))
    send(server, mail("gzip", gzip.compress(DMARC.encode()), "friend.test!our.test!1!2.xml.gz"))
    listed = reports(server, "list")
    assert "our.test" in listed and listed.count("unproven") == 2, listed
    found = json.loads(reports(server, "list", "--kind", "tls", "--json"))
    assert len(found["reports"] if isinstance(found, dict) else found) == 1, found
    shown = "".join(reports(server, "show", number) for number in ("1", "2"))
    for wanted in ("41", "certificate-expired", "198.51.100.7", "reject"):
        assert wanted in shown, shown
    # It is mail, too, and the stranger who sent it waited for nobody's word.
    assert len(server.wait_for_messages(2)) == 2
    reports(server, "show", "9", status=1)


def test_what_is_no_report_is_mail_all_the_same(server):
    bomb = gzip.compress(bytes(200 << 20))
    for octets in (bomb, b"nonsense", gzip.compress(b'{"policies": ' + b"[" * 100_000)):
        send(server, mail("tlsrpt+gzip", octets, "x.json.gz"))
    assert len(server.wait_for_messages(3)) == 3
    assert "our.test" not in reports(server, "list")
    # Others' addresses are as they were: strangers wait.
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        send(server, mail("gzip", b"x", "x.gz"), RECIPIENT)
    assert refusal.value.smtp_code == 450


def test_what_would_be_sent_is_said_first(server):
    assert reports(server, "send", "--dry-run").strip() != ""


def test_reports_go_out_to_those_who_want_them(samotop, sink, zones, tmp_path):  # noqa: F811
    """RFC 8460 §5.3, RFC 9990 §4: a day that is over is reported to a real server, compressed, and Python reads it."""
    other = sink()
    zone = zones(test="", out_test=f"@ IN MX 10 mx\nmx IN A {other.host}\n"
                          '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:tls@out.test"\n'
                          '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@out.test"\n'
                          '@ IN TXT "v=spf1 ip4:127.0.0.0/8 -all"\n')
    server = samotop(tls="none", settings=Settings(
        dns=zone.section, contacts="{strangers: welcome}", authentication="{reverse-lookup: off}",
        relay=f"{{from: [127.5.0.0/16], inner-networks: [127.0.0.0/8], port: {other.port}}}", reports="{send: [tls, dmarc]}"))
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20, source_address=("127.5.0.1", 0)) as client:
        client.sendmail("user@our.test", ["bob@out.test"], "Subject: hi\r\nFrom: user@our.test\r\n\r\nx\r\n")
    with smtplib.SMTP("127.0.0.1", server.port, timeout=20) as client:
        client.sendmail("bob@out.test", ["user@our.test"], "Subject: hi\r\nFrom: bob@out.test\r\n\r\nx\r\n")
    other.wait(1)
    server.terminate()
    # Yesterday, as far as the counts are concerned.
    for name, table in (("outgoing", "report_policies"), ("reports", "dmarc_rows")):
        with sqlite3.connect(server.configuration.parent / f"state/{name}.sqlite") as database:
            moved = database.execute(f"UPDATE {table} SET begin = begin - 86400").rowcount
            assert moved >= 1, f"nothing was counted in {name}"
    server.start()
    # It sends by itself: the night's moment is over.
    octets = {}
    for message in other.wait(3):
        for part in message.walk():
            if part.get_content_subtype() in ("tlsrpt+gzip", "gzip"):
                octets[part.get_content_subtype()] = gzip.decompress(part.get_payload(decode=True))
    report = json.loads(octets["tlsrpt+gzip"])
    [policy] = report["policies"]
    assert policy["policy"]["policy-domain"] == "out.test" and policy["summary"]["total-successful-session-count"] \
        + policy["summary"]["total-failure-session-count"] == 1
    feedback = xml.etree.ElementTree.fromstring(octets["gzip"])
    assert [each.text for each in feedback.iter() if each.tag.endswith("source_ip")] == ["127.0.0.1"]
    # What was handed over is gone, and isn't sent again.
    assert "tls@out.test" not in reports(server, "send")
