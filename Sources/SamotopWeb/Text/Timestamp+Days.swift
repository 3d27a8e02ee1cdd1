#if Web
    import SamotopCore

    extension Timestamp {
        /// Whole seconds from an earlier moment to this one.
        func seconds(since earlier: Timestamp) -> Int {
            let (difference, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
            return overflow ? 0 : Int(difference)
        }
    }
#endif
