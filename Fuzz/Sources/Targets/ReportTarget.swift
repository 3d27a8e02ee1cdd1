import InternetMessage

@testable import SamotopReports

/// Reports of others, packed or not, are read within their limits or refused, and what is shown of them holds no control characters.
@Sendable func fuzzReport(_ input: [UInt8]) {
    var limits = ReadingLimits()
    // So that inputs that fuzzing can make reach them.
    limits.file = 4_096
    limits.json = 16_384
    limits.xml = 16_384
    let reader = ReportReader(limits: limits)
    let found: ReceivedReport.Content
    do throws(ReportFault) { found = try reader.report(in: input) } catch { return }
    require(found.counts.good >= 0 && found.counts.bad >= 0, "fewer than none counted in \(shown(input))")
    require(found.period.lowerBound >= 0, "a report of before 1970 in \(shown(input))")
    for text in [found.organization, found.reportID, found.contact] {
        require(
            text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
            "a control character in \(text.debugDescription)")
    }
}
