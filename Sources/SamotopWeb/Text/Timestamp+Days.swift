#if Web
    import SamotopCore

    extension Timestamp {
        /// So many seconds later; stays within what a clock can show.
        func adding(seconds: Int) -> Timestamp {
            let (sum, overflow) = self.seconds.addingReportingOverflow(Int64(seconds))
            return Timestamp(seconds: overflow ? .max : sum, nanoseconds: nanoseconds)
        }

        /// Whole seconds from an earlier moment to this one.
        func seconds(since earlier: Timestamp) -> Int {
            let (difference, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
            return overflow ? 0 : Int(difference)
        }
    }
#endif
