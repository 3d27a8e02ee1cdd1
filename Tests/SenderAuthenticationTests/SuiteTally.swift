/// Prints the line of a set: `make conformance` shows it. The cases known to differ contradict the current standard.
func tally(_ set: String, count: Int, differing: Int, known: Int = 0) {
    let contradicting = min(differing, known)
    print(
        "\(set): \(count - differing) passed, \(differing - contradicting) failed"
            + (contradicting > 0 ? ", \(contradicting) contradict the current standard" : ""))
}
