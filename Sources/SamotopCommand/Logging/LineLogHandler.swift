import Logging

/// Writes each event as one line, as text or as a JSON object.
///
/// Nothing that a peer said can start a line or hide one: controls are escaped and each value is cut at 200 octets. Mail and
/// network addresses are masked unless the operator shows them; values under the key `listen` are our own and stay.
struct LineLogHandler: LogHandler {
    let label: String
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let format: LogSettings.Format
    private let showsAddresses: Bool
    private let output: any LineOutput
    private let now: @Sendable () -> CivilTime

    init(
        label: String, settings: LogSettings, output: any LineOutput = StandardError(),
        now: @escaping @Sendable () -> CivilTime = { CivilTime.now() }
    ) {
        self.label = label
        self.logLevel = settings.level.logger
        self.format = settings.format
        self.showsAddresses = settings.addresses == .shown
        self.output = output
        self.now = now
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = event.metadata ?? [:]
        if !metadata.isEmpty || metadataProvider != nil {
            let lent = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
            all.merge(lent) { own, _ in own }
        }
        if let error = event.error { all["error"] = "\(error)" }
        let message = clean("\(event.message)", key: "message")
        let fields = all.sorted { $0.key < $1.key }
            .map { (key: OneLine.escaped($0.key, limit: 64), value: clean(Self.text($0.value), key: $0.key)) }
        let line =
            switch format {
            case .text: text(event.level, message, fields)
            case .json: json(event.level, message, fields)
            }
        output.write(line)
    }

    private static func text(_ value: Logger.Metadata.Value) -> String {
        if case .string(let text) = value { text } else { "\(value)" }
    }

    private func clean(_ value: String, key: String) -> String {
        OneLine.escaped(showsAddresses || key == "listen" ? value : AddressMask.masked(value))
    }

    private func text(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> String {
        var line = "\(now()) \(level.rawValue) \(label): \(message)"
        for (key, value) in fields {
            // In quotes where a reader could take a part of the value for another field.
            let plain =
                !value.isEmpty
                && !value.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "=") }
            line += plain ? " \(key)=\(value)" : " \(key)=\(JSONText.quoted(value))"
        }
        return line
    }

    private func json(_ level: Logger.Level, _ message: String, _ fields: [(key: String, value: String)]) -> String {
        var line = "{\"time\":\"\(now())\",\"level\":\"\(level.rawValue)\",\"logger\":\(JSONText.quoted(label))"
        line += ",\"message\":\(JSONText.quoted(message))"
        if !fields.isEmpty {
            let pairs = fields.map { "\(JSONText.quoted($0.key)):\(JSONText.quoted($0.value))" }
            line += ",\"fields\":{\(pairs.joined(separator: ","))}"
        }
        return line + "}"
    }
}
