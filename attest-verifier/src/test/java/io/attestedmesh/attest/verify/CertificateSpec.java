package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.Der.bitString;
import static io.attestedmesh.attest.verify.Der.hex;
import static io.attestedmesh.attest.verify.Der.octets;
import static io.attestedmesh.attest.verify.Der.oid;
import static io.attestedmesh.attest.verify.Der.sequence;
import static io.attestedmesh.attest.verify.Der.tlv;

import io.attestedmesh.attest.evidence.Bytes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The parts of a certificate as DER, each replaceable by something wrong before it is signed. */
final class CertificateSpec {
    static final String BASIC_CONSTRAINTS = "551d13";
    static final String KEY_USAGE = "551d0f";
    static final Bytes ECDSA_WITH_SHA384 = hex("300a06082a8648ce3d040303");

    Bytes version = hex("a003020102");
    Bytes serial = Der.integer("00" + "f0".repeat(20));
    Bytes innerAlgorithm = ECDSA_WITH_SHA384;
    Bytes outerAlgorithm = ECDSA_WITH_SHA384;
    Bytes issuer;
    Bytes notBefore;
    Bytes notAfter;
    Bytes subject;
    Bytes key;
    PrivateKey signer;
    String signatureAlgorithm = "SHA384withECDSA";
    UnaryOperator<Bytes> signature = bytes -> bytes;
    UnaryOperator<Bytes> whole = bytes -> bytes;

    /** By whatever makes them distinct, so that one can be replaced. */
    final Map<String, Bytes> extensions = new LinkedHashMap<>();

    CertificateSpec(String subject, PublicKey key, String issuer, PrivateKey signer) {
        this.subject = Der.name(subject);
        this.issuer = Der.name(issuer);
        this.key = Bytes.of(key.getEncoded());
        this.signer = signer;
    }

    CertificateSpec valid(Instant from, Instant to) {
        notBefore = Der.time(from);
        notAfter = Der.time(to);
        return this;
    }

    CertificateSpec ca(int pathLength) {
        return extension(BASIC_CONSTRAINTS, true, "30060101ff0201" + String.format("%02x", pathLength));
    }

    CertificateSpec caWithoutLimit() {
        return extension(BASIC_CONSTRAINTS, true, "30030101ff");
    }

    CertificateSpec notCa() {
        return extension(BASIC_CONSTRAINTS, true, "3000");
    }

    /** @param bitString hex of the BIT STRING with tag and length */
    CertificateSpec keyUsage(String bitString) {
        return extension(KEY_USAGE, true, bitString);
    }

    /** Replaces the extension of that OID. */
    CertificateSpec extension(String oid, boolean critical, String value) {
        return extension(oid, oid, critical ? "0101ff" : "", value);
    }

    CertificateSpec extension(String place, String oid, String criticalField, String value) {
        extensions.put(place, sequence(oid(oid), hex(criticalField), octets(hex(value))));
        return this;
    }

    Bytes sign() {
        Bytes tbs = sequence(
                version,
                serial,
                innerAlgorithm,
                issuer,
                sequence(notBefore, notAfter),
                subject,
                key,
                tlv(0xa3, sequence(extensions.values().toArray(Bytes[]::new))));
        return whole.apply(sequence(tbs, outerAlgorithm, bitString(signature.apply(signatureOver(tbs)))));
    }

    private Bytes signatureOver(Bytes tbs) {
        try {
            Signature signing = Signature.getInstance(signatureAlgorithm, TestNitro.BOUNCY_CASTLE);
            signing.initSign(signer);
            signing.update(tbs.toByteArray());
            return Bytes.of(signing.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
