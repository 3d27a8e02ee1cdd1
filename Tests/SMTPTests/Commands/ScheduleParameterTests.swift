import SMTP
import Testing

@Suite("Parameters of MAIL that say when")
struct ScheduleParameterTests {
    @Test("HOLDFOR and HOLDUNTIL, one of them (RFC 4865 §3)")
    func release() throws {
        #expect(try ParameterTests.mail("HOLDFOR=1").release == .after(seconds: 1))
        #expect(try ParameterTests.mail("holdfor=999999999").release == .after(seconds: 999_999_999))
        for moment in ["2026-12-24T18:00:00Z", "2026-12-24t18:00:00.25z", "2026-12-24T18:00:00+01:00"] {
            let parameters = try ParameterTests.mail("HOLDUNTIL=\(moment)")
            #expect(parameters.release == .at(Array(moment.utf8)))
            #expect(parameters.used == .futureRelease)
        }
    }

    @Test("BY (RFC 2852 §4)")
    func deliverBy() throws {
        #expect(try ParameterTests.mail("BY=120;R").deliverBy == DeliverBy(seconds: 120, mode: .return))
        #expect(try ParameterTests.mail("by=+1;rt").deliverBy == DeliverBy(seconds: 1, mode: .return, traces: true))
        #expect(try ParameterTests.mail("BY=-999999999;N").deliverBy == DeliverBy(seconds: -999_999_999, mode: .notify))
        #expect(try ParameterTests.mail("BY=0;NT").deliverBy == DeliverBy(seconds: 0, mode: .notify, traces: true))
        #expect(try ParameterTests.mail("BY=5;N").used == .deliverBy)
    }

    @Test("MT-PRIORITY, from −9 to 9 (RFC 6710 §3)")
    func priority() throws {
        for value in -9...9 {
            #expect(try ParameterTests.mail("MT-PRIORITY=\(value)").priority == Int8(value))
        }
        #expect(try ParameterTests.mail("mt-priority=3").used == .priority)
    }

    @Test(
        "What isn't of their form is 501",
        arguments: [
            "HOLDFOR", "HOLDFOR=", "HOLDFOR=0", "HOLDFOR=-1", "HOLDFOR=1000000000", "HOLDFOR=1 HOLDFOR=2",
            "HOLDFOR=1 HOLDUNTIL=2026-12-24T18:00:00Z", "HOLDUNTIL=", "HOLDUNTIL=2026-12-24", "HOLDUNTIL=18:00:00Z",
            "HOLDUNTIL=2026-12-24T18:00:00", "HOLDUNTIL=2026-12-24T18:00:00.Z", "HOLDUNTIL=2026-12-24T18:00:00+0100",
            "HOLDUNTIL=2026-12-24T18:00:00ZZ", "HOLDUNTIL=26-12-24T18:00:00Z", "BY", "BY=1", "BY=;R", "BY=0;R",
            "BY=-5;R", "BY=1;X", "BY=1000000000;N", "BY=1;RTT", "BY=+-1;N", "BY=1;R BY=2;R", "MT-PRIORITY=",
            "MT-PRIORITY=10", "MT-PRIORITY=-0", "MT-PRIORITY=+1", "MT-PRIORITY=1 MT-PRIORITY=1",
        ])
    func malformed(_ parameters: String) {
        #expect(throws: CommandError(.parameterSyntax, verb: .mail)) { try ParameterTests.mail(parameters) }
    }
}

@Suite("Sessions where a sender may say when")
struct ScheduledSessionTests {
    private static func driver() -> Driver {
        var configuration = Driver.configuration()
        configuration.futureRelease = ServerSession.FutureReleaseOffer(
            maximumSeconds: 3_600, latest: "2026-12-24T18:00:00Z")
        configuration.offersDeliverBy = true
        configuration.offersPriority = true
        return Driver(configuration)
    }

    @Test("EHLO says what is offered, and how late")
    func offer() {
        let reply = Self.driver().say("EHLO client.example")
        #expect(reply.contains("250-FUTURERELEASE 3600 2026-12-24T18:00:00Z\r\n"))
        #expect(reply.contains("250-DELIVERBY\r\n") && reply.contains("250-MT-PRIORITY\r\n"))
        let plain = Driver().say("EHLO client.example")
        for word in ["FUTURERELEASE", "DELIVERBY", "MT-PRIORITY"] { #expect(!plain.contains(word)) }
    }

    @Test("What isn't offered is 555; a hold longer than what is offered is 501")
    func refused() {
        let plain = Driver()
        plain.say("EHLO client.example")
        for parameter in ["HOLDFOR=1", "HOLDUNTIL=2026-12-24T18:00:00Z", "BY=1;R", "MT-PRIORITY=0"] {
            #expect(plain.say("MAIL FROM:<a@x.test> \(parameter)").hasPrefix("555 5.5.4"))
        }
        let driver = Self.driver()
        driver.say("EHLO client.example")
        #expect(driver.say("MAIL FROM:<a@x.test> HOLDFOR=3601").hasPrefix("501 5.5.4"))
        #expect(driver.say("MAIL FROM:<a@x.test> HOLDFOR=3600 BY=60;R MT-PRIORITY=-9").hasPrefix("250 2.1.0"))
    }
}
