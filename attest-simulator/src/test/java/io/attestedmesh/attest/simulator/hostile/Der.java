package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;

/** ASN.1 to bytes and back. */
final class Der {
    private Der() {}

    static Bytes encode(ASN1Encodable value) {
        try {
            return Bytes.of(value.toASN1Primitive().getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory does not fail", e);
        }
    }

    static ASN1Primitive decode(byte[] der) {
        try {
            return ASN1Primitive.fromByteArray(der);
        } catch (IOException e) {
            throw new UncheckedIOException("what was just encoded can be read", e);
        }
    }

    /** {@code Ecdsa-Sig-Value} of r‖s. */
    static Bytes signature(Bytes concatenation) {
        int half = concatenation.size() / 2;
        return encode(new DERSequence(new ASN1Encodable[] {
            integer(concatenation.slice(0, half)), integer(concatenation.slice(half, concatenation.size()))
        }));
    }

    private static ASN1Integer integer(Bytes magnitude) {
        return new ASN1Integer(new BigInteger(1, magnitude.toByteArray()));
    }
}
