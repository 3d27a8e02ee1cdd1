// How many octets of mail data a second the scanner reads on one core. Build with `-c release`.

import SMTP

/// A message of about `size` octets whose lines have `lineLength` octets and a stuffed dot now and then, with its end.
func mailData(_ size: Int, lineLength: Int) -> [UInt8] {
    var data: [UInt8] = []
    data.reserveCapacity(size + lineLength + 5)
    var line = 0
    while data.count < size {
        if line.isMultiple(of: 50) { data += [UInt8(ascii: "."), UInt8(ascii: ".")] }
        data += repeatElement(UInt8(ascii: "a") &+ UInt8(truncatingIfNeeded: line % 26), count: lineLength)
        data += [0x0D, 0x0A]
        line += 1
    }
    return data + [UInt8(ascii: "."), 0x0D, 0x0A]
}

/// Scans the data in pieces of `pieceSize` octets for about two seconds and prints megabytes a second.
func measure(_ name: String, _ data: [UInt8], pieceSize: Int) {
    let pieces = stride(from: 0, to: data.count, by: pieceSize).map { start in
        Array(data[start..<min(start + pieceSize, data.count)])
    }
    let clock = ContinuousClock()
    let start = clock.now
    var scanned = 0
    var content = 0
    while clock.now - start < .seconds(2) {
        content &+= contentOctets(of: pieces)
        scanned += data.count
    }
    let elapsed = (clock.now - start) / .seconds(1)
    let megabytes = Int(Double(scanned) / elapsed / 1e6)
    print("\(name): \(megabytes) MB a second (\(content / (scanned / data.count)) octets of content)")
}

/// Octets of content in one message.
@inline(never)
func contentOctets(of pieces: [[UInt8]]) -> Int {
    var scanner = MailDataScanner()
    var content = 0
    for piece in pieces {
        let span = piece.span
        var index = 0
        scan: while true {
            switch scanner.scan(span, from: index) {
            case .content(let range):
                content += range.count
                index = range.upperBound
            case .end: return content
            case .bareNewline: return -1
            case .more: break scan
            }
        }
    }
    return content
}

measure("lines of 72 octets, pieces of 64 KiB", mailData(1 << 20, lineLength: 72), pieceSize: 65_536)
measure("lines of 998 octets, pieces of 64 KiB", mailData(1 << 20, lineLength: 998), pieceSize: 65_536)
measure("lines of 20 octets, pieces of 64 KiB", mailData(1 << 20, lineLength: 20), pieceSize: 65_536)
measure("lines of 72 octets, pieces of 1,460 octets", mailData(1 << 20, lineLength: 72), pieceSize: 1_460)
