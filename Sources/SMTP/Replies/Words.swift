// The one table of words. Tests read the same table.

extension ReplyWords {
    // Conduct and resources.

    /// A local failure is never the peer's fault.
    public static let localError = ReplyWords(51, 3, 0, "Local error in processing, please try again later")
    /// RFC 5321 §4.5.3.1.10 for space.
    public static let insufficientStorage = ReplyWords(52, 3, 1, "Insufficient system storage, please try again later")
    /// Too many connections, overload.
    public static let tooManyConnections = ReplyWords(21, 7, 0, "Too many connections, please try again later")
    /// Spoke before the greeting.
    public static let earlyTalker = ReplyWords(54, 5, 0, "You spoke before the greeting (RFC 5321 section 4.3.1)")
    /// RFC 2920 §3.1.
    public static let illegalPipelining = ReplyWords(
        54, 5, 0, "Commands were sent without waiting where it is not allowed")
    /// Another protocol.
    public static let foreignProtocol = ReplyWords(54, 5, 0, "This is an SMTP server")
    /// Error budget.
    public static let tooManyErrors = ReplyWords(21, 7, 0, "Too many errors, good-bye")
    /// Junk budget.
    public static let tooManyCommands = ReplyWords(21, 7, 0, "Too many commands without mail, good-bye")

    // Policy.

    /// RFC 3207 §4.
    public static let encryptionRequired = ReplyWords(30, 7, 0, "Must issue a STARTTLS command first")
    /// RFC 4954 §6.
    public static let authenticationRequired = ReplyWords(30, 7, 0, "Authentication required")
    /// RFC 4954 §6: neither the name nor the password is said to be the wrong one.
    public static let credentialsInvalid = ReplyWords(35, 7, 8, "Authentication credentials invalid")
    /// RFC 4954 §6: a fault of ours, or too many tries just now.
    public static let authenticationUnavailable = ReplyWords(
        54, 7, 0, "Authentication isn't possible now, please try again later")
    /// RFC 4954 §4: a message that isn't of the mechanism's form.
    public static let authenticationSyntax = ReplyWords(1, 5, 2, "Malformed authentication message")
    /// Budget of failed authentications.
    public static let tooManyAuthentications = ReplyWords(21, 7, 0, "Too many failed authentications, good-bye")
    /// RFC 6409 §6.1: a sender that isn't the account's.
    public static let senderNotOwned = ReplyWords(50, 7, 1, "This address isn't yours to send from")
    /// RFC 6409 §8.1: an author, or a Sender field, that isn't the account's.
    public static let authorNotOwned = ReplyWords(50, 7, 1, "The author's address isn't yours to send from")
    /// RFC 5322 §3.6: no author, or several of them.
    public static let authorUnclear = ReplyWords(50, 6, 0, "The message has no single author in its From field")
    /// Recipients of an account within a day.
    public static let dailyRecipients = ReplyWords(50, 7, 1, "Too many recipients today, please try again tomorrow")
    /// Recipients within a day that an account has never written to before.
    public static let dailyStrangers = ReplyWords(
        50, 7, 1, "Too many recipients today that you haven't written to before, please try again tomorrow")
    /// RFC 4865 §3: a release that is later than what was offered, or at no moment.
    public static let releaseUnusable = ReplyWords(
        1, 5, 4, "The message can't be held until then: see FUTURERELEASE in the reply to EHLO")
    /// A message to the address that takes keys, without one.
    public static let keyMissing = ReplyWords(
        54, 6, 0, "There is no OpenPGP public key in the message; attach yours and send it again")
    /// The same, with a key that nothing can be encrypted to, or that is somebody else's.
    public static let keyUnusable = ReplyWords(
        54, 6, 0, "The key can't be used: it needs your address, a subkey for encryption and a time that isn't over")
    /// The same, with a key that nobody else should have.
    public static let keySecret = ReplyWords(
        54, 7, 0, "This is your secret key; it was not kept. Send the public one, and think of a new pair")
    /// RFC 5321 §3.6.2 with RFC 3463 X.7.1.
    public static let relayingDenied = ReplyWords(50, 7, 1, "Relaying denied")
    /// RFC 3463 X.1.1.
    public static let unknownMailbox = ReplyWords(50, 1, 1, "No such mailbox here")
    /// RFC 3463 X.2.2.
    public static let mailboxFull = ReplyWords(52, 2, 2, "Mailbox is full, please try again later")
    /// RFC 5321 §3.6.3: a notification goes to one address.
    public static let notificationToSeveral = ReplyWords(50, 5, 3, "A message from <> goes to one recipient")
    /// RFC 5321 §6.3.
    public static let loopDetected = ReplyWords(54, 4, 6, "Too many Received fields: this looks like a mail loop")

    // Content.

    /// RFC 1870 §6.
    public static let messageTooBig = ReplyWords(52, 3, 4, "Message is larger than the limit that SIZE announced")
    /// Header section over its limit.
    public static let headerTooBig = ReplyWords(52, 3, 4, "Header section is larger than this server takes")
    /// RFC 5321 §2.3.8.
    public static let bareNewline = ReplyWords(
        50, 5, 2, "Bare CR or LF: lines end with CR LF only (RFC 5321 section 2.3.8)")
    /// RFC 5321 §4.5.2.
    public static let nulInContent = ReplyWords(50, 6, 0, "NUL octet in the content")
    /// RFC 5321 §4.5.3.1.6.
    public static let lineTooLong = ReplyWords(
        50, 6, 0, "A line is longer than 998 octets (RFC 5321 section 4.5.3.1.6)")
    /// An mbox mark instead of a header field.
    public static let mailboxMark = ReplyWords(50, 6, 0, "The message starts with a mailbox file's From line")
    /// RFC 5322 §2.2.
    public static let malformedHeader = ReplyWords(50, 6, 0, "The header section is malformed (RFC 5322 section 2.2)")
}

extension Reply {
    // Answers to commands, RFC 5321 §4.2.2, §4.3.2 with RFC 2034 codes.

    static let done = Reply(250, EnhancedStatusCode(2, 0, 0), "OK")
    static let senderTaken = Reply(250, EnhancedStatusCode(2, 1, 0), "Sender OK")
    static let recipientTaken = Reply(250, EnhancedStatusCode(2, 1, 5), "Recipient OK")
    static let startMailInput = Reply(354, nil, "Start mail input; end with <CRLF>.<CRLF>")
    static let goodBye = Reply(221, EnhancedStatusCode(2, 0, 0), "Good-bye")
    static let readyForTLS = Reply(220, EnhancedStatusCode(2, 0, 0), "Ready to start TLS")
    static let authenticated = Reply(235, EnhancedStatusCode(2, 7, 0), "Authentication succeeded")
    static let cannotVerify = Reply(252, EnhancedStatusCode(2, 1, 5), "Cannot VRFY user, but will take mail and try")
    static let help = Reply(214, EnhancedStatusCode(2, 0, 0), "See RFC 5321: https://www.rfc-editor.org/rfc/rfc5321")

    static let unrecognized = Reply(500, EnhancedStatusCode(5, 5, 2), "Command unrecognized")
    static let commandTooLong = Reply(500, EnhancedStatusCode(5, 5, 2), "Command line too long")
    static let bareNewlineInCommand = Reply(500, EnhancedStatusCode(5, 5, 2), "Commands end with CR LF only")
    static let notInLMTP = Reply(500, EnhancedStatusCode(5, 5, 1), "This is LMTP: say LHLO (RFC 2033)")
    static let invalidBytes = Reply(501, EnhancedStatusCode(5, 5, 2), "Octets that a command may not have")
    static let argumentSyntax = Reply(501, EnhancedStatusCode(5, 5, 4), "Syntax error in the arguments")
    static let reversePathSyntax = Reply(501, EnhancedStatusCode(5, 1, 7), "Syntax error in the reverse-path")
    static let forwardPathSyntax = Reply(501, EnhancedStatusCode(5, 1, 3), "Syntax error in the forward-path")
    static let parameterSyntax = Reply(501, EnhancedStatusCode(5, 5, 4), "Syntax error in the parameters")
    static let notImplemented = Reply(502, EnhancedStatusCode(5, 5, 1), "Command not implemented")
    static let badSequence = Reply(503, EnhancedStatusCode(5, 5, 1), "Bad sequence of commands")
    static let noRecipients = Reply(503, EnhancedStatusCode(5, 5, 1), "No valid recipients")
    static let alreadySecure = Reply(503, EnhancedStatusCode(5, 5, 1), "TLS is already active")
    static let helloFirst = Reply(503, EnhancedStatusCode(5, 5, 1), "Say EHLO first")
    static let binaryNeedsChunks = Reply(503, EnhancedStatusCode(5, 5, 1), "BODY=BINARYMIME is sent with BDAT")
    static let parameterUnknown = Reply(555, EnhancedStatusCode(5, 5, 4), "Parameter not recognized or not implemented")
    // RFC 4954 §4, §6
    static let authenticationCancelled = Reply(501, EnhancedStatusCode(5, 7, 0), "Authentication cancelled")
    static let authenticationEncoding = Reply(501, EnhancedStatusCode(5, 5, 2), "Cannot decode the base64")
    static let authenticationLineTooLong = Reply(
        500, EnhancedStatusCode(5, 5, 6), "Authentication exchange line too long")
    static let mechanismUnknown = Reply(504, EnhancedStatusCode(5, 5, 4), "Unrecognized authentication mechanism")
    static let authenticationNeedsTLS = Reply(
        538, EnhancedStatusCode(5, 7, 11), "Encryption required for authentication: say STARTTLS first")
    static let needsSMTPUTF8 = Reply(
        553, EnhancedStatusCode(5, 6, 7), "Non-ASCII addresses need the SMTPUTF8 parameter")
    static let tooManyRecipients = Reply(452, EnhancedStatusCode(4, 5, 3), "Too many recipients")
    /// RFC 5321 §3.8: the service shuts down.
    public static let shuttingDown = Reply(
        421, EnhancedStatusCode(4, 3, 2), "Service is shutting down, please try again")
    /// RFC 5321 §4.5.3.2: the client was silent for too long.
    public static let timedOut = Reply(421, EnhancedStatusCode(4, 4, 2), "Time-out, closing the connection")
}
