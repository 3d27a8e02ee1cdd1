#if Web
    import InternetMessage
    import SamotopCore

    /// A moment for a page: for machines, for people, and how long ago.
    struct Moment {
        let timestamp: Timestamp
        let words: Words

        /// `2026-11-26T13:30:00Z` (RFC 3339); a script shows it in the reader's own time.
        var machine: String { InternetTimestamp.text(seconds) }

        /// `26 Nov 2026, 13:30 UTC`
        var full: String {
            let date = CivilDate(secondsSince1970: seconds)
            return words(
                "moment-full",
                [
                    "day": String(date.day), "month": words("month-\(date.month)"), "year": String(date.year),
                    "time": String(machine.dropFirst(11).prefix(5)),
                ])
        }

        /// `Thu 26 Nov`
        var day: String {
            let date = CivilDate(secondsSince1970: seconds)
            let weekday = (date.daysSince1970 + 4) % 7
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

        /// From 1970 to the year 9999.
        private var seconds: Int64 { min(max(timestamp.seconds, 0), 253_402_300_799) }
    }
#endif
