package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;

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

    static KeyUsage read(Extension extension) throws DerException {
        DerReader reader = extension.value();
        byte[] value = reader.bitString();
        reader.finish();
        if (value.length < 2 || value.length > 3) {
            throw new DerException("a key usage of 1 to 9 bits", value.length + " octets");
        }
        if (value[1] == 0 && value[value.length - 1] == 0) {
            throw new DerException("a key usage with at least one bit", "none");
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
