import SamotopReports
import Testing

@Suite struct CompressionTests {
    private static let text = [UInt8]((0..<100_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 251) })

    @Test("what is compressed comes back, and is the same each time", arguments: [0, 1, 1_000, 100_000])
    func roundTrip(_ count: Int) throws {
        let octets = Array(Self.text.prefix(count))
        let packed = try #require(Gzip.compress(octets))
        #expect(try Gzip.decompress(packed, limit: 1 << 20) == octets)
        #expect(Gzip.compress(octets) == packed)
    }

    @Test("gunzip and Python read our gzip", .enabled(if: Peer.hasGunzip && Peer.hasPython))
    func others() throws {
        let packed = try #require(Gzip.compress(Self.text))
        #expect(try Peer.run("gunzip", ["-c"], packed) == Self.text)
        let script = "import sys,gzip; sys.stdout.buffer.write(gzip.decompress(sys.stdin.buffer.read()))"
        #expect(try Peer.python(script, packed) == Self.text)
    }

    @Test("we read Python's gzip, with a name and a comment in its header", .enabled(if: Peer.hasPython))
    func pythons() throws {
        let script = """
            import sys,gzip; f=gzip.GzipFile('report.xml','wb',9,sys.stdout.buffer); f.write(sys.stdin.buffer.read()); f.close()
            """
        #expect(try Gzip.decompress(try Peer.python(script, Self.text), limit: 1 << 20) == Self.text)
    }

    @Test("X13: unpacking stops at the limit, and at the ratio")
    func bomb() throws {
        let packed = try #require(Gzip.compress([UInt8](repeating: 0x20, count: 64 << 20)))
        #expect(packed.count < 100_000)
        #expect(
            fault { () throws(ReportFault) in _ = try Gzip.decompress(packed, limit: 256 << 20) }
                == .unpacksTooFar(ratio: 200))
        #expect(
            fault { () throws(ReportFault) in _ = try Gzip.decompress(packed, limit: 1 << 20, ratio: 100_000) }
                == .unpacksToMore(limit: 1 << 20))
        #expect(try Gzip.decompress(packed, limit: 64 << 20, ratio: 100_000).count == 64 << 20)
        // Small files may be of any ratio: a report of one row can be.
        let small = try #require(Gzip.compress([UInt8](repeating: 0x20, count: 1 << 20)))
        #expect(try Gzip.decompress(small, limit: 1 << 20).count == 1 << 20)
    }

    @Test("F09: damage is told wherever it is")
    func damage() throws {
        let packed = try #require(Gzip.compress(Self.text))
        for cut in stride(from: 0, to: packed.count, by: 97) {
            guard
                case .damagedArchive? = fault({ () throws(ReportFault) in
                    _ = try Gzip.decompress(Array(packed.prefix(cut)), limit: 1 << 20)
                })
            else {
                Issue.record("cut at \(cut)")
                continue
            }
        }
        for place in stride(from: 10, to: packed.count, by: 31) {
            var broken = packed
            broken[place] ^= 0x55
            #expect(
                fault { () throws(ReportFault) in _ = try Gzip.decompress(broken, limit: 1 << 20) } != nil,
                "octet \(place)")
        }
    }

    @Test("what follows the first file is left alone")
    func trailing() throws {
        let packed = try #require(Gzip.compress(Self.text))
        #expect(try Gzip.decompress(packed + packed + [1, 2, 3], limit: 1 << 20) == Self.text)
    }
}

@Suite("Zip archives of reports", .enabled(if: Peer.hasPython)) struct ZipTests {
    private static let reader = ReportReader()
    private static let xml = text(SampleXML.modern)

    /// An archive that Python makes with these lines.
    private func archive(_ lines: String, _ input: [UInt8] = SampleXML.modern) throws -> [UInt8] {
        try Peer.python(
            """
            import sys,io,zipfile
            data=sys.stdin.buffer.read(); out=io.BytesIO()
            \(lines)
            sys.stdout.buffer.write(out.getvalue())
            """, input)
    }

    private func fault(_ file: [UInt8]) -> ReportFault? {
        do throws(ReportFault) { _ = try Self.reader.report(in: file) } catch { return error }
        return nil
    }

    @Test("stored, deflated, with a comment, and written as a stream")
    func kinds() throws {
        let expected = try Self.reader.report(in: SampleXML.modern)
        for lines in [
            "z=zipfile.ZipFile(out,'w',zipfile.ZIP_STORED); z.writestr('a.xml',data); z.close()",
            "z=zipfile.ZipFile(out,'w',zipfile.ZIP_DEFLATED); z.writestr('a.xml',data); z.close()",
            "z=zipfile.ZipFile(out,'w',zipfile.ZIP_DEFLATED); z.writestr('a.xml',data); z.comment=b'PK\\5\\6 hello'; z.close()",
            """
            class S(io.RawIOBase):
                def writable(self): return True
                def write(self,b): out.write(b); return len(b)
            z=zipfile.ZipFile(S(),'w',zipfile.ZIP_DEFLATED); z.writestr('a.xml',data); z.close()
            """,
        ] { #expect(try Self.reader.report(in: try archive(lines)) == expected, "\(lines)") }
    }

    @Test("X13: bombs, several files, encryption and damage are refused")
    func refused() throws {
        let deflated = "z=zipfile.ZipFile(out,'w',zipfile.ZIP_DEFLATED)"
        let bomb = try archive("\(deflated); z.writestr('a.xml',b' '*(15<<20)); z.close()")
        #expect(fault(bomb) == .unpacksTooFar(ratio: 200))
        let large = try archive("\(deflated); z.writestr('a.xml',b' '*(64<<20)); z.close()")
        #expect(fault(large) == .unpacksToMore(limit: 16 << 20))
        let two = try archive("\(deflated); z.writestr('a.xml',data); z.writestr('b.xml',data); z.close()")
        #expect(fault(two) == .damagedArchive("a zip archive with more or less than one file"))
        let none = try archive("\(deflated); z.close()")
        #expect(fault(none) == .damagedArchive("a zip archive with more or less than one file"))
        let one = try archive("z=zipfile.ZipFile(out,'w',zipfile.ZIP_STORED); z.writestr('a.xml',data); z.close()")
        for cut in stride(from: 2, to: one.count, by: 41) {
            guard case .damagedArchive? = fault(Array(one.prefix(cut))) else {
                Issue.record("cut at \(cut)")
                continue
            }
        }
        var changed = one
        changed[60] ^= 1
        #expect(fault(changed) == .damagedArchive("the zip archive's checksum is wrong"))
        let directory = try #require(
            one.indices.dropLast(4).first { one[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        for (offset, value) in [(8, 1), (10, 9), (20, 0xFF), (42, 0xFF)] as [(Int, UInt8)] {
            var changed = one
            changed[directory + offset] = value
            guard case .damagedArchive? = fault(changed) else {
                Issue.record("offset \(offset)")
                continue
            }
        }
        // A size that lies: more is unpacked than the directory says.
        var lying = try archive("\(deflated); z.writestr('a.xml',data); z.close()")
        let place = try #require(lying.indices.dropLast(4).first { lying[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
        lying[place + 24] = 1
        lying[place + 25] = 0
        #expect(fault(lying) == .damagedArchive("the zip archive's checksum is wrong"))
    }
}
