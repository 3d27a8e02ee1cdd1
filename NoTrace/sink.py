"""Another server, in memory: takes mail, and refuses recipients whose local-part begins with "refuse"."""

import socket
import socketserver
import threading


class Sink(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads = True, True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.messages, self.port = [], self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.say("220 sink.test ESMTP")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper()
            if verb == b"EHLO":
                self.say("250-sink.test\r\n250 8BITMIME")
            elif verb == b"RCPT":
                self.say("550 5.1.1 nobody of that name" if b"<refuse" in line.lower() else "250 ok")
            elif verb == b"DATA":
                self.say("354 go on")
                content = b""
                while not content.endswith(b"\r\n.\r\n") and (more := self.rfile.readline()):
                    content += more
                self.server.messages.append(content)
                self.say("250 ok")
            elif verb == b"QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")

    def say(self, text):
        try:
            self.wfile.write(text.encode() + b"\r\n")
        except (BrokenPipeError, ConnectionResetError, socket.timeout):
            pass
