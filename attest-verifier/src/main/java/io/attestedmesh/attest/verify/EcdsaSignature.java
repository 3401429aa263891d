package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;

/**
 * An ECDSA signature over P-384 with r and s in 1..n−1, whatever form it came in.
 *
 * <p>Providers differ in how much BER they let pass and in the names of their r‖s algorithms, so all of them are given
 * DER that was written here.
 */
final class EcdsaSignature {
    private final byte[] der;

    private EcdsaSignature(byte[] r, byte[] s) throws DerException {
        requireInRange(r);
        requireInRange(s);
        int content = 2 + r.length + 2 + s.length;
        der = new byte[2 + content];
        der[0] = DerReader.SEQUENCE;
        der[1] = (byte) content;
        put(s, put(r, 2));
    }

    /** Reads {@code SEQUENCE { r INTEGER, s INTEGER }} (RFC 5480, appendix A), DER to the last byte. */
    static EcdsaSignature fromDer(byte[] encoded) throws DerException {
        DerReader outer = DerReader.of(encoded);
        DerReader parts = outer.enter(DerReader.SEQUENCE);
        outer.finish();
        byte[] r = parts.integerOctets();
        byte[] s = parts.integerOctets();
        parts.finish();
        return new EcdsaSignature(r, s);
    }

    /** Reads r‖s of 48 bytes each (RFC 9053, section 2.1). */
    static EcdsaSignature fromConcatenation(Bytes concatenation) throws DerException {
        if (concatenation.size() != 2 * P384.SIZE) {
            throw new DerException(2 * P384.SIZE + " bytes", concatenation.size() + " bytes");
        }
        byte[] both = concatenation.toByteArray();
        return new EcdsaSignature(
                new BigInteger(1, both, 0, P384.SIZE).toByteArray(),
                new BigInteger(1, both, P384.SIZE, P384.SIZE).toByteArray());
    }

    byte[] der() {
        return der;
    }

    private int put(byte[] integer, int at) {
        der[at] = DerReader.INTEGER;
        der[at + 1] = (byte) integer.length;
        System.arraycopy(integer, 0, der, at + 2, integer.length);
        return at + 2 + integer.length;
    }

    private static void requireInRange(byte[] part) throws DerException {
        BigInteger value = new BigInteger(part);
        if (value.signum() <= 0 || value.compareTo(P384.ORDER) >= 0) {
            throw new DerException("r and s in 1..n-1", "another number");
        }
    }
}
