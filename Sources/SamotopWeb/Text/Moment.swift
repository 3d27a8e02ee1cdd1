#if Web
    import SamotopCore

    /// A moment for a page: for machines, for people, and how long ago.
    struct Moment {
        let timestamp: Timestamp
        let words: Words

        /// `2026-11-26T13:30:00Z` (RFC 3339); a script shows it in the reader's own time.
        var machine: String {
            let (date, time) = parts
            return
                "\(padded(date.year, 4))-\(padded(date.month))-\(padded(date.day))T\(clock(time)):\(padded(time % 60))Z"
        }

        /// `26 Nov 2026, 13:30 UTC`
        var full: String {
            let (date, time) = parts
            return words(
                "moment-full",
                [
                    "day": String(date.day), "month": words("month-\(date.month)"), "year": String(date.year),
                    "time": clock(time),
                ])
        }

        /// `Thu 26 Nov`
        var day: String {
            let (date, _) = parts
            let weekday = ((days + 4) % 7 + 7) % 7
            return words(
                "moment-day",
                [
                    "weekday": words("weekday-\(weekday)"), "day": String(date.day),
                    "month": words("month-\(date.month)"),
                ])
        }

        /// `20 minutes ago`, `in 3 days`
        func relative(to now: Timestamp) -> String {
            let seconds = now.seconds(since: timestamp)
            let direction = seconds < 0 ? "in" : "ago"
            let size = seconds.magnitude > UInt(Int.max) ? Int.max : Int(seconds.magnitude)
            switch size {
            case ..<60: return words("moment-now")
            case ..<5400: return words.count("minutes-\(direction)", max(1, (size + 30) / 60))
            case ..<129_600: return words.count("hours-\(direction)", (size + 1800) / 3600)
            default: return words.count("days-\(direction)", size / 86_400 + (size % 86_400 >= 43_200 ? 1 : 0))
            }
        }

        /// Machine, day, full and relative text for a template.
        func view(now: Timestamp) -> View {
            ["machine": machine, "day": day, "full": full, "relative": relative(to: now)]
        }

        private var days: Int {
            let seconds = min(max(timestamp.seconds, 0), 253_402_300_799)
            return Int(seconds / 86_400)
        }

        private var parts: (date: (year: Int, month: Int, day: Int), time: Int) {
            let seconds = min(max(timestamp.seconds, 0), 253_402_300_799)
            return (Self.date(days), Int(seconds % 86_400))
        }

        /// Howard Hinnant's civil_from_days: years begin in March, so that the leap day is the last.
        private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
            let shifted = days + 719_468
            let era = shifted / 146_097
            let dayOfEra = shifted % 146_097
            let year = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
            let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
            let march = (5 * dayOfYear + 2) / 153
            let month = march < 10 ? march + 3 : march - 9
            return (year + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * march + 2) / 5 + 1)
        }

        private func clock(_ time: Int) -> String { "\(padded(time / 3600)):\(padded(time / 60 % 60))" }

        private func padded(_ number: Int, _ width: Int = 2) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
    }
#endif
