package io.attestedmesh.attest.x509;

/**
 * RFC 5280, section 4.2.1.3.
 *
 * @param bits the first octet of the bit string, digitalSignature its highest bit; the second (decipherOnly) is not
 *     used
 */
record KeyUsage(int bits) {
    private static final int DIGITAL_SIGNATURE = 0x80;
    private static final int KEY_CERT_SIGN = 0x04;
    private static final int CRL_SIGN = 0x02;

    static KeyUsage read(Extension extension) throws RejectedCertificateException {
        DerReader reader = extension.value();
        byte[] value = reader.enter(DerReader.BIT_STRING).rest();
        reader.finish();
        if (value.length < 2 || value.length > 3) {
            throw DerReader.malformed("a key usage of 1 to 9 bits", value.length + " octets");
        }
        int unused = value[0];
        int last = value[value.length - 1] & 0xff;
        if (unused < 0 || unused > 7 || (last & (1 << unused) - 1) != 0) {
            throw DerReader.malformed("a bit string whose unused bits are zero", unused + " unused bits");
        }
        if (value[1] == 0 && last == 0) {
            throw DerReader.malformed("a key usage with at least one bit", "none");
        }
        return new KeyUsage(value[1] & 0xff);
    }

    boolean digitalSignature() {
        return (bits & DIGITAL_SIGNATURE) != 0;
    }

    boolean keyCertSign() {
        return (bits & KEY_CERT_SIGN) != 0;
    }

    boolean crlSign() {
        return (bits & CRL_SIGN) != 0;
    }
}
