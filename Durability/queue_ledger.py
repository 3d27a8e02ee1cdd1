"""What the queue owes: every acknowledged recipient at another server got the message, or its sender one notification.

Twice is right in two cases alone (D6, RFC 1047): the sink vanished without an answer; or the server died, and the first copy was
among the last that had been acknowledged to it, so that it can't have been recorded as done.
"""

import collections
import email
import email.policy

from ledger import ACKED, REFUSED, SILENT, Findings, copies, identified, judge, messages, name
from sink import Crash, Taken, word

# Deliveries at a time, as the configuration says.
DELIVERIES = 8
# At a crash as many may be under way, and as many be over that the next flush would have recorded.
IN_FLIGHT = 2 * DELIVERIES


def notifications(mailbox, account, findings):
    """How often the mailbox says so of each (identity, recipient)."""
    counts = collections.Counter()
    for file in messages(mailbox):
        report = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        parts = list(report.iter_parts())
        if report.get_content_type() != "multipart/report" or len(parts) != 3 or report["return-path"] != "<>":
            findings.wrong("unexplained", f"{file}: no notification, {bytes(report)[:200]!r}")
            continue
        head = parts[2].get_payload()
        identity = (head[0] if isinstance(head, list) else email.message_from_string(head))["x-durability"]
        for group in parts[1].get_payload()[1:]:
            address = group["final-recipient"].partition(";")[2].strip()
            if group["action"] != "failed" or (identity, address) not in account.status:
                findings.wrong("unexplained", f"{file}: {group['action']} for {address} of {identity}")
            counts[identity, address] += 1
    return counts


def arrivals(events, account, findings):
    """The places in the order of events at which each (identity, recipient) was taken and acknowledged."""
    places = collections.defaultdict(list)
    for place, event in enumerate(events):
        if not isinstance(event, Taken):
            continue
        for recipient in event.recipients:
            identity = identified(event.octets, recipient, f"sink, event {place}", account, findings)
            if identity and event.answered:
                places[identity, recipient].append(place)
            elif identity:
                findings["taken without an answer"] += 1
    return places


def between(events, first, second):
    """How many deliveries were acknowledged between a copy and the crash that a second one follows; None: there was no crash."""
    for place in range(first + 1, second):
        if isinstance(events[place], Crash):
            return sum(1 for event in events[first + 1:place] if isinstance(event, Taken) and event.answered)
    return None


def check_queue(account, mailboxes, notified, events, expired=False):
    """Holds mailboxes of ours ({recipient: Maildir}), the Maildir of the notifications, and what sinks took against the account."""
    findings, events = Findings(), list(events)
    judge(account, [pair for pair in account.status if pair[1] in mailboxes], copies(account, mailboxes, findings), findings)
    told, taken = notifications(notified, account, findings), arrivals(events, account, findings)
    for pair, status in account.status.items():
        if pair[1] in mailboxes:
            continue
        findings[status] += 1
        places, reports, what = taken[pair], told[pair], name(account, pair)
        findings["notified"] += reports
        if status == ACKED and not places and not reports:
            findings.wrong("lost", f"{what} is at no sink, and nobody was told")
        if status == REFUSED and (places or reports):
            findings.wrong("unexplained", f"{what}: {len(places)} copies, {reports} notifications")
        if reports > 1:
            findings.wrong("duplicates", f"{what}: {reports} notifications")
        if places and reports:
            findings.wrong("unexplained", f"{what} was delivered, and its sender told that it wasn't")
        if reports and word(pair[1]) not in ("never", "neverdot") and not expired:
            findings.wrong("unexplained", f"{what}: its sender was told that it failed")
        if status == SILENT and (places or reports):
            findings["silent and there"] += 1
        for first, second in zip(places, places[1:]):
            since = between(events, first, second)
            if since is None:
                findings.wrong("duplicates", f"{what}: a second copy, and no crash between them")
            elif since >= IN_FLIGHT:
                findings.wrong("duplicates", f"{what}: a second copy, and {since} others were acknowledged before the crash")
            else:
                findings["in flight, twice"] += 1
                findings["most between a copy and its crash"] = max(findings["most between a copy and its crash"], since)
    return findings
