extension Charset {
    /// The names in lower case.
    static let names: [String: Charset] = {
        let groups: [(Charset, String)] = [
            (.utf8, "utf-8 utf8 unicode-1-1-utf-8"),
            (.usASCII, "us-ascii ascii ansi_x3.4-1968 iso646-us"),
            (.latin1, "iso-8859-1 iso8859-1 iso_8859-1 latin1 latin-1 l1"),
            (.utf16(nil), "utf-16 utf16 ucs-2 iso-10646-ucs-2 unicode"),
            (.utf16(.bigEndian), "utf-16be unicodefffe"),
            (.utf16(.littleEndian), "utf-16le"),
            (.utf32(nil), "utf-32 utf32 ucs-4 iso-10646-ucs-4"),
            (.utf32(.bigEndian), "utf-32be"),
            (.utf32(.littleEndian), "utf-32le"),
            (.utf7, "utf-7 utf7 unicode-1-1-utf-7"),
            (.japanese(.eucJP), "euc-jp eucjp x-euc-jp"),
            (.japanese(.shiftJIS), "shift_jis shift-jis sjis x-sjis ms_kanji windows-31j cp932 ms932"),
            (.japanese(.iso2022JP), "iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-ms csiso2022jp"),
            (.korean, "euc-kr euckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 cp949 uhc korean"),
            (.gb18030, "gb18030 gbk gb2312 gb_2312-80 euc-cn cp936 windows-936 ms936 x-gbk"),
            (.big5, "big5 big-5 big5-hkscs cn-big5 x-x-big5 cp950 windows-950"),
            (.singleByte(.windows1252), "windows-1252 cp1252 cp-1252 x-cp1252 ansi"),
            (.singleByte(.iso8859_15), "latin-9 latin9"),
            (.singleByte(.iso8859_8), "iso-8859-8-i iso-8859-8-e logical visual"),
            (.singleByte(.iso8859_6), "iso-8859-6-i iso-8859-6-e"),
            (.singleByte(.windows874), "windows-874 cp874 tis-620"),
            (.singleByte(.koi8R), "koi8-r koi8r koi8"),
            (.singleByte(.koi8U), "koi8-u koi8-ru"),
            (.singleByte(.ibm866), "ibm866 cp866 866"),
            (.singleByte(.macintosh), "macintosh mac x-mac-roman"),
        ]
        var names: [String: Charset] = [:]
        for (charset, aliases) in groups {
            for alias in aliases.split(separator: " ") { names[String(alias)] = charset }
        }
        for (part, charset) in SingleByteCharset.partsOfISO8859 {
            for form in ["iso-8859-", "iso8859-", "iso_8859-"] where names[form + part] == nil {
                names[form + part] = .singleByte(charset)
            }
        }
        for (page, charset) in SingleByteCharset.windowsPages {
            for form in ["windows-", "cp", "x-cp"] where names[form + page] == nil {
                names[form + page] = .singleByte(charset)
            }
        }
        return names
    }()
}
