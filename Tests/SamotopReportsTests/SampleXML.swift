/// Reports as others write them.
enum SampleXML {
    /// By the schema of RFC 9990.
    static let modern = Array(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a comment -- with > in it -->
        <feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0" xmlns:x="https://x.example/<">
          <version>1.0</version>
          <report_metadata>
            <org_name>Sample &amp; Sons</org_name>
            <email>dmarc@mail.reporter.example</email>
            <extra_contact_info lang="en">https://reporter.example/d'marc</extra_contact_info>
            <report_id>3v98abbp8ya9n3va8yr8oa3ya</report_id>
            <date_range><begin>302832000</begin><end>302918399</end></date_range>
            <generator>Example 1.2</generator>
          </report_metadata>
          <policy_published>
            <domain>our.test</domain><p>quarantine</p><sp>none</sp><testing>n</testing>
            <discovery_method>treewalk</discovery_method>
          </policy_published>
          <x:extension><x:row><count>-7</count></x:row></x:extension>
          <record>
            <row>
              <source_ip>192.0.2.123</source_ip><count>123</count>
              <policy_evaluated><disposition>pass</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated>
            </row>
            <identifiers><header_from>our.test</header_from><envelope_from/></identifiers>
            <auth_results><dkim><domain>our.test</domain><result>pass</result><selector>a</selector></dkim></auth_results>
          </record>
          <record>
            <row>
              <source_ip>2001:db8::1</source_ip><count> 7
              </count>
              <policy_evaluated><disposition>quarantine</disposition><dkim>fail</dkim><spf>fail</spf>
              <reason><type>local_policy</type><comment><![CDATA[a <b> ]] c]]></comment></reason></policy_evaluated>
            </row>
            <identifiers><header_from>Our.Test</header_from></identifiers>
          </record>
        </feedback>
        """.utf8)

    /// By the schema of RFC 7489, as large providers write it: no namespace, `pct`, no version.
    static let former = Array(
        """
        <?xml version="1.0"?><feedback><report_metadata><org_name>old.example</org_name>
        <email>noreply@old.example</email><report_id>1</report_id>
        <date_range><begin>1700000000</begin><end>1700086400</end></date_range></report_metadata>
        <policy_published><domain>our.test</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><sp>none</sp><pct>100</pct>
        </policy_published><record><row><source_ip>::ffff:192.0.2.1</source_ip><count>1</count><policy_evaluated>
        <disposition>none</disposition><dkim>fail</dkim><spf>pass</spf></policy_evaluated></row>
        <identifiers><envelope_to>else.example</envelope_to><header_from>our.test</header_from></identifiers>
        <auth_results><spf><domain>our.test</domain><result>pass</result></spf></auth_results></record></feedback>
        """.utf8)

    /// A report around some records.
    static func report(_ records: String, id: String = "1", domain: String = "our.test") -> [UInt8] {
        Array(
            """
            <feedback><report_metadata><org_name>R</org_name><email>d@reporter.example</email><report_id>\(id)</report_id>
            <date_range><begin>0</begin><end>86399</end></date_range></report_metadata>
            <policy_published><domain>\(domain)</domain><p>none</p></policy_published>\(records)</feedback>
            """.utf8)
    }

    /// A record.
    static func record(source: String = "192.0.2.1", count: String = "1") -> String {
        """
        <record><row><source_ip>\(source)</source_ip><count>\(count)</count><policy_evaluated>
        <disposition>none</disposition><dkim>pass</dkim><spf>pass</spf></policy_evaluated></row>
        <identifiers><header_from>our.test</header_from></identifiers></record>
        """
    }

    /// A TLS report.
    static func tls(
        id: String = "5065427c-23d3", contact: String = "tls@reporter.example", domain: String = "our.test",
        successes: String = "5326", failure: String = "100"
    ) -> [UInt8] {
        Array(
            """
            {"organization-name": "Company-X", "unknown": [null, {"a": 1.5}],
             "date-range": {"start-datetime": "2016-04-01T00:00:00Z", "end-datetime": "2016-04-01T23:59:59.5+00:00"},
             "contact-info": "\(contact)", "report-id": "\(id)",
             "policies": [{
               "policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: testing"],
                          "policy-domain": "\(domain)", "mx-host": "*.mail.our.test"},
               "summary": {"total-successful-session-count": \(successes), "total-failure-session-count": 303},
               "failure-details": [
                 {"result-type": "certificate-expired", "sending-mta-ip": "2001:db8:abcd:12::1",
                  "receiving-mx-hostname": "mx1.mail.our.test", "failed-session-count": \(failure)},
                 {"result-type": "validation-failure", "sending-mta-ip": "somewhere", "failed-session-count": 3,
                  "failure-reason-code": "X509\\u001b[31m_V_ERR"}]}]}
            """.utf8)
    }
}
