"""Private instances of Postfix, Exim, Dovecot and OpenSMTPD: own configuration, queue and port, and no part of the system's."""

import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import time

from server import PEERS, free_port, hand_over, missing

# Accounts that exist on every Debian and own no process: Postfix wants one user and one group to itself.
MAIL_OWNER, SETGID_GROUP = "news", "uucp"


def need_root(name):
    if os.geteuid() != 0:
        missing(f"{name} needs root to change to its own user")
    try:
        pwd.getpwnam(MAIL_OWNER)
    except KeyError:
        missing(f"{name} needs a user {MAIL_OWNER}")


def wait_for_port(process, port, log, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"no peer on port {port}:\n{log.read_text() if log.exists() else ''}")


class Programs:
    """Where Postfix's programs are: unpacked beside us, or installed."""

    def __init__(self):
        unpacked = PEERS / "postfix/usr"
        self.environment = dict(os.environ)
        if (unpacked / "sbin/postconf").exists():
            self.commands, self.libraries = unpacked / "sbin", unpacked / "lib/postfix"
            self.daemons, self.meta = self.libraries / "sbin", PEERS / "postfix/etc/postfix"
            self.environment["LD_LIBRARY_PATH"] = str(self.libraries)
        elif postconf := shutil.which("postconf", path=os.environ["PATH"] + ":/usr/sbin"):
            self.commands = pathlib.Path(postconf).parent
            self.daemons, self.libraries, self.meta = (
                pathlib.Path(subprocess.run([postconf, "-dh", name], capture_output=True, text=True).stdout.strip())
                for name in ("daemon_directory", "shlib_directory", "meta_directory"))
        else:
            missing("Postfix isn't there (scripts/setup test)")

    def run(self, name, *arguments, seconds=60, **options):
        return subprocess.run([str(self.commands / name), *map(str, arguments)], env=self.environment, cwd="/",
                              capture_output=True, text=True, timeout=seconds, **options)


MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A Postfix with its own queue. `settings` go into main.cf over the ones here; `prefix` is a command that runs its own."""

    def __init__(self, directory, prefix=(), **settings):
        need_root("Postfix")
        self.programs = Programs()
        self.directory = pathlib.Path(directory)
        self.port = free_port()
        self.log = self.directory / "maillog"
        queue, data, configuration = (self.directory / name for name in ("queue", "data", "etc"))
        self.configuration = configuration
        for path in (queue, data, configuration):
            path.mkdir(parents=True)
        for name in "active bounce corrupt defer deferred flush hold incoming private saved trace".split():
            (queue / name).mkdir(mode=0o700)
            shutil.chown(queue / name, MAIL_OWNER)
        (queue / "pid").mkdir()
        for name, mode in (("public", 0o2710), ("maildrop", 0o1730)):
            (queue / name).mkdir()
            shutil.chown(queue / name, MAIL_OWNER, SETGID_GROUP)
            (queue / name).chmod(mode)
        shutil.chown(data, MAIL_OWNER)
        values = {
            "compatibility_level": "3.6", "queue_directory": queue, "data_directory": data,
            "command_directory": self.programs.commands, "daemon_directory": self.programs.daemons,
            "shlib_directory": self.programs.libraries, "meta_directory": self.programs.meta,
            "mail_owner": MAIL_OWNER, "setgid_group": SETGID_GROUP,
            "import_environment": "LD_LIBRARY_PATH MAIL_CONFIG TZ",
            "myhostname": "postfix.client.test", "mydestination": "", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8",
            "smtpd_relay_restrictions": "permit_mynetworks,reject", "alias_maps": "", "alias_database": "",
            "smtp_host_lookup": "native", "lmtp_host_lookup": "native", "smtp_dns_support_level": "disabled",
            "smtp_tls_loglevel": "1", "minimal_backoff_time": "2s", "queue_run_delay": "2s",
            "maillog_file_prefixes": self.directory, "maillog_file": self.log,
            "message_size_limit": "52428800", **settings,
        }
        (configuration / "main.cf").write_text("".join(f"{key} = {value}\n" for key, value in values.items()))
        (configuration / "master.cf").write_text(MASTER.format(port=self.port))
        hand_over(self.directory, None)
        self.process = subprocess.Popen([*prefix, str(self.programs.daemons / "master"), "-c", str(configuration)], cwd="/",
                                        env=self.programs.environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_for_port(self.process, self.port, self.log)

    def send(self, count=1, sessions=1, size=10_000, recipient="user@our.test", arguments=()):
        """Puts messages into its queue through its own smtpd."""
        result = self.programs.run("smtp-source", "-m", count, "-s", sessions, "-l", size, "-f", "ann@client.test",
                                   "-t", recipient, *arguments, f"127.0.0.1:{self.port}")
        assert result.returncode == 0 and not result.stderr, result.stderr

    def wait_until_empty(self, seconds=30):
        """Until nothing is left in the queue, or its log says why."""
        deadline = time.monotonic() + seconds
        queues = [self.directory / "queue" / name for name in ("incoming", "active", "deferred", "maildrop")]
        while any(path.is_file() for queue in queues for path in queue.rglob("*")):
            if time.monotonic() > deadline:
                raise AssertionError(f"Postfix's queue isn't empty:\n{self.log_text()}")
            time.sleep(0.05)

    def log_text(self):
        return self.log.read_text()[-6000:] if self.log.exists() else ""

    def close(self):
        end_group(self.process)


EXIM = """\
exim_path = {program}
spool_directory = {directory}/spool
log_file_path = {directory}/%slog
pid_file_path = {directory}/exim.pid
primary_hostname = exim.client.test
exim_user = {owner}
exim_group = {owner}
never_users =
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
local_interfaces = 127.0.0.1
tls_advertise_hosts =
acl_smtp_rcpt = accept
acl_smtp_data = accept
smtp_accept_max = 100
smtputf8_advertise_hosts = *
queue_only = false
begin routers
onward:
  driver = manualroute
  route_list = * 127.0.0.1
  self = send
  transport = onward
begin transports
onward:
  driver = smtp
  port = {port}
  allow_localhost
  hosts_require_tls = *
  tls_verify_certificates = {authority}
  tls_verify_hosts =
  tls_try_verify_hosts =
  hosts_try_fastopen =
begin retry
* * F,1h,2s
"""


EXIM_TAKES = """\
exim_path = {program}
spool_directory = {directory}/spool
log_file_path = {directory}/%slog
pid_file_path = {directory}/exim.pid
primary_hostname = exim.out.test
exim_user = {owner}
exim_group = {owner}
never_users =
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = {directory}/certificate.pem
tls_privatekey = {directory}/key.pem
acl_smtp_mail = ${{if def:tls_in_cipher {{accept}} {{deny}}}}
acl_smtp_rcpt = accept
acl_smtp_data = accept
log_selector = +tls_cipher +received_recipients
begin routers
here:
  driver = accept
  transport = kept
begin transports
kept:
  driver = appendfile
  file = {directory}/kept
  user = {owner}
  group = {owner}
"""


class Exim:
    """An Exim that hands everything on to 127.0.0.1:`port`, over STARTTLS only; or, with `taking`, one that has this certificate and
    keeps everything in one file, `kept`."""

    def __init__(self, directory, port=None, authority=None, taking=None):
        need_root("Exim")
        program = PEERS / "exim4/usr/sbin/exim4"
        if not program.exists():
            program = shutil.which("exim4", path="/usr/sbin") or shutil.which("exim", path="/usr/sbin:/usr/local/sbin")
        if not program:
            missing("Exim isn't there (scripts/setup test)")
        self.directory = pathlib.Path(directory)
        self.log = self.directory / "mainlog"
        (self.directory / "spool").mkdir(parents=True)
        for path in (self.directory, self.directory / "spool"):
            shutil.chown(path, MAIL_OWNER, MAIL_OWNER)
        hand_over(self.directory, MAIL_OWNER)
        # The program looks up the user it was built for: it gets accounts of its own, seen by nobody else.
        for name, line in (("passwd", "Debian-exim:x:9:9::/:/bin/false\n"), ("group", "Debian-exim:x:9:\n")):
            (self.directory / name).write_text(pathlib.Path("/etc", name).read_text() + line)
        if taking:
            for name, path in (("certificate.pem", taking.chain), ("key.pem", taking.key)):
                shutil.copy(path, self.directory / name)
                shutil.chown(self.directory / name, MAIL_OWNER)
        configuration = self.directory / "exim.conf"
        configuration.write_text((EXIM_TAKES if taking else EXIM).format(
            program=program, directory=self.directory, owner=MAIL_OWNER, port=port, authority=authority))
        configuration.chmod(0o644)
        self.port = free_port()
        self.output = open(self.directory / "output", "wb")
        accounts = f"mount --bind {self.directory}/passwd /etc/passwd && mount --bind {self.directory}/group /etc/group"
        self.process = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", f'{accounts} && exec "$@"', "sh", str(program), "-C", str(configuration),
             "-bdf", "-q5s", "-oX", f"127.0.0.1.{self.port}"], cwd="/", stdin=subprocess.DEVNULL, stdout=self.output,
            stderr=self.output, start_new_session=True)
        wait_for_port(self.process, self.port, self.directory / "output")

    def log_text(self):
        return self.log.read_text()[-6000:] if self.log.exists() else ""

    def wait_until_empty(self, seconds=30):
        deadline = time.monotonic() + seconds
        while any(path.is_file() for path in (self.directory / "spool" / "input").rglob("*-H")):
            if time.monotonic() > deadline:
                raise AssertionError(f"Exim's queue isn't empty:\n{self.log_text()}")
            time.sleep(0.05)

    def close(self):
        end_group(self.process)
        self.output.close()


DOVECOT = """\
protocols = lmtp
listen = 127.0.0.1
base_dir = {directory}/run
state_dir = {directory}/state
default_internal_user = {owner}
default_internal_group = {group}
default_login_user = nobody
ssl = no
log_path = {directory}/log
mail_location = maildir:{directory}/mail/%n
mail_plugins = quota
first_valid_uid = 1
auth_mechanisms = plain
auth_username_format = %n
passdb {{
  driver = passwd-file
  args = {directory}/users
}}
userdb {{
  driver = passwd-file
  args = {directory}/users
}}
plugin {{
  quota = count:mailbox
  quota_vsizes = yes
  quota_rule = *:storage=10M
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
  unix_listener {directory}/lmtp {{
    mode = 0666
  }}
}}
"""


def as_if_installed(name, prepare=""):
    """The beginning of a command that sees an unpacked peer in /usr, as if it were installed, and nobody else does."""
    return ["unshare", "--mount", "sh", "-ec",
            f"mount -t overlay overlay -o lowerdir={PEERS / name}/usr:/usr /usr\n{prepare}\nexec \"$@\"", "sh"]


class Dovecot:
    """Dovecot's LMTP server for `users` ({name: octets of its quota, or None}), on a TCP port and on a Unix socket."""

    def __init__(self, directory, users):
        need_root("Dovecot")
        if not (PEERS / "dovecot/usr/lib/dovecot/lmtp").exists():
            missing("Dovecot's LMTP server isn't there (scripts/setup test)")
        self.directory = pathlib.Path(directory)
        self.log, self.socket = self.directory / "log", self.directory / "lmtp"
        for name in ("run", "state", "mail"):
            (self.directory / name).mkdir(parents=True)
        account = pwd.getpwnam("nobody")
        os.chown(self.directory / "mail", account.pw_uid, account.pw_gid)
        hand_over(self.directory, None)
        (self.directory / "users").write_text("".join(
            f"{name}:{{PLAIN}}secret:{account.pw_uid}:{account.pw_gid}::{self.directory}::"
            + (f"userdb_quota_rule=*:bytes={quota}" if quota else "") + "\n" for name, quota in users.items()))
        self.port = free_port()
        configuration = self.directory / "dovecot.conf"
        configuration.write_text(DOVECOT.format(directory=self.directory, owner=MAIL_OWNER, group=SETGID_GROUP, port=self.port))
        self.output = open(self.directory / "output", "wb")
        self.process = subprocess.Popen(
            [*as_if_installed("dovecot"), "/usr/sbin/dovecot", "-F", "-c", str(configuration)], cwd="/",
            stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output, start_new_session=True)
        wait_for_port(self.process, self.port, self.directory / "output")

    def messages(self, user):
        """What is in a user's mailbox, as bytes with LF line ends."""
        folder = self.directory / "mail" / user / "new"
        return [path.read_bytes().replace(b"\r\n", b"\n") for path in sorted(folder.iterdir())] if folder.is_dir() else []

    def log_text(self):
        return "".join(path.read_text()[-6000:] for path in (self.directory / "output", self.log) if path.exists())

    def close(self):
        end_group(self.process)
        self.output.close()


OPENSMTPD = """\
{tls}
listen on 127.0.0.1 port {port} {option} hostname mx.out.test
action "keep" mda "cat >> {directory}/kept/bob" user bob
match from any for domain "out.test" action "keep"
"""

# It looks for its two accounts and its folders where Debian puts them: it gets some of its own, seen by nobody else.
OPENSMTPD_PREPARES = """\
for folder in /run /var/lib /var/spool; do mount -t tmpfs tmpfs $folder; done
mkdir -p /run/opensmtpd /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
for name in passwd group; do mount --bind {directory}/$name /etc/$name; done
"""


class OpenSMTPD:
    """An OpenSMTPD that takes mail for bob at out.test, and keeps it in `kept`. With a certificate it takes nothing in
    clear; but Debian 12's build fails at each handshake ("EVP lib")."""

    def __init__(self, directory, certificate=None):
        need_root("OpenSMTPD")
        if not (PEERS / "opensmtpd/usr/sbin/smtpd").exists():
            missing("OpenSMTPD isn't there (scripts/setup test)")
        self.directory = pathlib.Path(directory)
        (self.directory / "kept").mkdir(parents=True)
        (self.directory / "kept").chmod(0o777)
        hand_over(self.directory, None)
        tls, option = "", ""
        if certificate:
            for name, path in (("cert", certificate.chain), ("key", certificate.key)):
                shutil.copy(path, self.directory / name)
                shutil.chown(self.directory / name, "root", "root")
                (self.directory / name).chmod(0o600)
                tls += f'pki mx.out.test {name} "{self.directory / name}"\n'
            option = "tls-require pki mx.out.test"
        for name, lines in (("passwd", "opensmtpd:x:990:990::/var/lib/opensmtpd/empty:/bin/false\n"
                                       "opensmtpq:x:991:991::/var/lib/opensmtpd/empty:/bin/false\n"
                                       "bob:x:65534:65534::/nonexistent:/bin/false\n"),
                            ("group", "opensmtpd:x:990:\nopensmtpq:x:991:\n")):
            (self.directory / name).write_text(pathlib.Path("/etc", name).read_text() + lines)
        self.port, self.log = free_port(), self.directory / "log"
        configuration = self.directory / "smtpd.conf"
        configuration.write_text(OPENSMTPD.format(directory=self.directory, port=self.port, tls=tls, option=option))
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                [*as_if_installed("opensmtpd", OPENSMTPD_PREPARES.format(directory=self.directory)), "/usr/sbin/smtpd", "-d",
                 "-f", str(configuration)], cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True)
        wait_for_port(self.process, self.port, self.log)

    def log_text(self):
        return self.log.read_text()[-6000:] if self.log.exists() else ""

    def close(self):
        end_group(self.process)


def end_group(process):
    """Ends a daemon and what it forked: they share the process group that we made."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            continue
    process.wait(5)


class DovecotReader:
    """Dovecot's own IMAP server on one Maildir, spoken to over a pipe as the user that is already logged in."""

    def __init__(self, directory, maildir, more=""):
        unpacked = PEERS / "dovecot/usr"
        environment = dict(os.environ, USER="reader", HOME=str(directory))
        if (unpacked / "lib/dovecot/imap").exists():
            program, doveconf = unpacked / "lib/dovecot/imap", unpacked / "bin/doveconf"
            environment["LD_LIBRARY_PATH"] = str(unpacked / "lib/dovecot")
        else:
            program, doveconf = pathlib.Path("/usr/lib/dovecot/imap"), pathlib.Path("/usr/bin/doveconf")
            if not program.exists():
                missing("Dovecot isn't there (scripts/setup test)")
        directory = pathlib.Path(directory)
        (directory / "run").mkdir(parents=True)
        configuration = directory / "dovecot.conf"
        configuration.write_text(
            f"default_internal_user = {MAIL_OWNER}\ndefault_internal_group = {SETGID_GROUP}\n"
            f"default_login_user = nobody\nbase_dir = {directory}/run\nstate_dir = {directory}/run\n"
            "ssl = no\nprotocols =\n"
            f"mail_location = maildir:{maildir}:INDEX={directory}/index\nlog_path = {directory}/log\n"
            f"mail_plugin_dir = {program.parent}/modules\nfirst_valid_uid = 0\nfirst_valid_gid = 0\n"
            f"mail_uid = {maildir.stat().st_uid}\nmail_gid = {maildir.stat().st_gid}\nmail_fsync = never\n" + more)
        for path in (directory, directory / "run"):
            os.chown(path, maildir.stat().st_uid, maildir.stat().st_gid)
        environment["CONFIG_FILE"] = str(configuration)
        self.log = directory / "log"
        self.command = [str(doveconf), "-c", str(configuration), "-m", "imap", "-p", "-e", str(program)]
        self.environment = environment

    def __enter__(self):
        import imaplib

        reader = self

        class Piped(imaplib.IMAP4_stream):
            def open(self, host=None, port=None, timeout=None):
                self.host = self.port = self.sock = None
                self.process = subprocess.Popen(reader.command, env=reader.environment, stdin=subprocess.PIPE,
                                                stdout=subprocess.PIPE, stderr=open(reader.log, "ab"), close_fds=True)
                self.writefile, self.readfile = self.process.stdin, self.process.stdout

        self.connection = Piped("dovecot")
        return self.connection

    def __exit__(self, *_):
        self.connection.logout()
