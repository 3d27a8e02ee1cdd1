"""Reads messages with Python's email package: one JSON line in for each message, one JSON line out."""
import base64, email, email.policy, json, sys
from email.header import decode_header, make_header
from email.utils import collapse_rfc2231_value, getaddresses


def parameter(part, name, header):
    value = part.get_param(name, header=header)
    # it takes quotes away that are not there any more
    return collapse_rfc2231_value(value) if isinstance(value, tuple) else value


def entity(part):
    kind = part.get_content_type()
    out = {
        "type": kind,
        "filename": parameter(part, "filename", "content-disposition"),
        "contentID": part.get("Content-ID"),
        "defects": [type(defect).__name__ for defect in part.defects],
        "parts": [],
    }
    if part.is_multipart():
        out["parts"] = [entity(child) for child in part.get_payload()]
    else:
        out["content"] = base64.b64encode(part.get_payload(decode=True)).decode()
    return out


for line in sys.stdin:
    octets = base64.b64decode(json.loads(line))
    # from octets it does not decode UTF-8 in header fields
    modern = email.message_from_string(octets.decode("utf-8", "replace"), policy=email.policy.SMTPUTF8)
    plain = email.message_from_bytes(octets)
    # the newer parser keeps the white space between encoded-words of a name (Python 3.11)
    older = email.message_from_string(octets.decode("utf-8", "replace"))
    people = {}
    for name in ("from", "to", "cc", "bcc", "reply-to"):
        people[name] = [[str(make_header(decode_header(person))), address]
                        for person, address in getaddresses(older.get_all(name, []))]
    print(json.dumps({
        "subject": None if modern["subject"] is None else str(modern["subject"]),
        "people": people,
        "headers": [name.lower() for name in modern.keys()],
        "defects": [type(d).__name__ for name in modern.keys() for d in modern[name].defects],
        "entity": entity(plain),
    }))
