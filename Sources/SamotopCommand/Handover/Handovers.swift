import Logging
import NameResolution
import SMTP
import SamotopClient
import SamotopCore
import SamotopDelivery
import SamotopQueue
import SamotopRelay

/// Mailboxes whose mail is handed to an LMTP server or to a program, as the directory that answers now has them.
struct Handovers: Sendable {
    private let agent: SwitchingAgent
    private let commands: CommandTransport

    init(_ configuration: Configuration, _ agent: SwitchingAgent, _ logger: Logger) {
        self.agent = agent
        let isTold = configuration.privacy.log == .told && configuration.log.addresses == .shown
        commands = CommandTransport(
            runner: ProgramRunner(count: configuration.limits.commands, limit: configuration.limits.commandTimeLimit),
            mailbox: { agent.directory.handedMailbox(for: $0) }, logger: isTold ? logger : nil)
    }

    /// In front of the mailboxes.
    func handing(queue: any QueueIntake, forwarding: (any ForwardingRule)? = nil) -> HandingOver {
        HandingOver(
            around: agent, queue: queue, forwarding: forwarding, heldFolder: FolderName.newContacts.text
        ) { [agent] name, path in
            let directory = agent.directory
            guard let mailbox = directory.handedMailbox(name) else { return nil }
            var address = mailbox.address
            if case .mailbox(let written) = path, directory.handedMailbox(for: written)?.mailbox.name == name {
                address = written
            }
            return HandedPlace(address, Self.destination(mailbox))
        }
    }

    /// In front of the queue's other ways out.
    func transport(around others: any OutboundTransport, _ relay: MailRelay) -> HandoverTransport {
        HandoverTransport(around: others) { [agent, commands] address in
            guard let mailbox = agent.directory.handedMailbox(for: address)?.mailbox else { return nil }
            let destination = Self.destination(mailbox)
            switch mailbox.handover {
            case .command: return HandoverTransport.Way(destination, to: address, by: commands)
            case .lmtp(let servers):
                let route = Self.route(destination.text, servers)
                return HandoverTransport.Way(destination, to: mailbox.address, by: relay.transport(by: route))
            }
        }
    }

    /// Mailboxes with the same servers share them; each program is of its own.
    static func destination(_ mailbox: HandedMailbox) -> QueueDestination {
        switch mailbox.handover {
        case .command: QueueDestination(.command, mailbox.name)
        case .lmtp(let servers): QueueDestination(.lmtp, servers.map(\.description).joined(separator: ","))
        }
    }

    static func route(_ name: String, _ servers: [LMTPServer]) -> Route {
        let hops = servers.map { server -> NextHop in
            switch server {
            case .unix(let path): .unix(path: path)
            case .host(let host, let port): .host(host, port: port)
            }
        }
        // To anywhere else than this machine TLS is asked for, and the server's name is checked.
        var route = Route(
            name: name, .nextHops(hops), tls: servers.allSatisfy(\.isOnThisMachine) ? ClientTLS.none : nil)
        route.isLMTP = true
        return route
    }
}

extension LMTPServer {
    /// By a Unix socket, or by an address of the loopback: nothing leaves the machine.
    var isOnThisMachine: Bool {
        switch self {
        case .unix: true
        case .host(let host, _): host == "::1" || (host.hasPrefix("127.") && IPAddress(host) != nil)
        }
    }
}
