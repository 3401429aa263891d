package io.attestedmesh.attest.simulator.hostile;

import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * One certificate, right until a test changes something. Assembled field by field, so that it may also say what no
 * library would write. Every setter returns the recipe itself.
 */
public final class CertificateRecipe {
    private static final Map<String, ASN1ObjectIdentifier> ALGORITHMS = Map.of(
            "SHA256withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA256,
            "SHA384withECDSA", X9ObjectIdentifiers.ecdsa_with_SHA384);

    private record Entry(ASN1ObjectIdentifier oid, ASN1Encodable encoded) {}

    private final List<Entry> extensions = new ArrayList<>();
    private X500Name issuer;
    private X500Name subject;
    private BigInteger serial;
    private Instant notBefore;
    private Instant notAfter;
    private KeyPair keys;
    private PrivateKey issuerKey;
    private String algorithm = "SHA384withECDSA";
    private UnaryOperator<Bytes> der = UnaryOperator.identity();

    CertificateRecipe(X500Name issuer, PrivateKey issuerKey, X500Name subject, KeyPair keys, BigInteger serial) {
        this.issuer = issuer;
        this.issuerKey = issuerKey;
        this.subject = subject;
        this.keys = keys;
        this.serial = serial;
    }

    public CertificateRecipe issuer(X500Name name) {
        issuer = name;
        return this;
    }

    public CertificateRecipe subject(X500Name name) {
        subject = name;
        return this;
    }

    public CertificateRecipe serial(BigInteger number) {
        serial = number;
        return this;
    }

    /** To the second; the rest is cut off. */
    public CertificateRecipe notBefore(Instant instant) {
        notBefore = instant;
        return this;
    }

    /** To the second; the rest is cut off. */
    public CertificateRecipe notAfter(Instant instant) {
        notAfter = instant;
        return this;
    }

    /** The key that is certified, and that signs what stands below. */
    public CertificateRecipe keys(KeyPair pair) {
        keys = pair;
        return this;
    }

    /** Signs with another key than that of the certificate above. */
    public CertificateRecipe signedBy(PrivateKey key) {
        issuerKey = key;
        return this;
    }

    /** {@code SHA256withECDSA} or {@code SHA384withECDSA}. */
    public CertificateRecipe algorithm(String name) {
        algorithm = name;
        return this;
    }

    /** A CA; a negative {@code pathLength} leaves it out. */
    public CertificateRecipe authority(int pathLength) {
        BasicConstraints constraints = pathLength < 0 ? new BasicConstraints(true) : new BasicConstraints(pathLength);
        return without(Extension.basicConstraints).extension(Extension.basicConstraints, true, constraints);
    }

    /** basicConstraints without the CA flag. */
    public CertificateRecipe endEntity() {
        return without(Extension.basicConstraints)
                .extension(Extension.basicConstraints, true, new BasicConstraints(false));
    }

    /** Bits as in {@link KeyUsage}. */
    public CertificateRecipe keyUsage(int bits) {
        return without(Extension.keyUsage).extension(Extension.keyUsage, true, new KeyUsage(bits));
    }

    /** Adds one more extension, also if there is one with this identifier already. */
    public CertificateRecipe extension(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(oid);
        if (critical) {
            parts.add(ASN1Boolean.TRUE);
        }
        parts.add(new DEROctetString(Der.encode(value).toByteArray()));
        extensions.add(new Entry(oid, new DERSequence(parts)));
        return this;
    }

    public CertificateRecipe without(ASN1ObjectIdentifier oid) {
        extensions.removeIf(entry -> entry.oid().equals(oid));
        return this;
    }

    /** Changes the finished certificate. */
    public CertificateRecipe der(UnaryOperator<Bytes> change) {
        der = change;
        return this;
    }

    X500Name subject() {
        return subject;
    }

    KeyPair keys() {
        return keys;
    }

    Bytes sign() {
        DERSequence algorithmId = new DERSequence(ALGORITHMS.get(algorithm));
        DERSequence toBeSigned = toBeSigned(algorithmId);
        DERBitString signature =
                new DERBitString(signature(Der.encode(toBeSigned)).toByteArray());
        return der.apply(Der.encode(sequence(toBeSigned, algorithmId, signature)));
    }

    private DERSequence toBeSigned(DERSequence algorithmId) {
        ASN1EncodableVector list = new ASN1EncodableVector();
        extensions.forEach(entry -> list.add(entry.encoded()));
        return sequence(
                new DERTaggedObject(true, 0, new ASN1Integer(2)),
                new ASN1Integer(serial),
                algorithmId,
                issuer,
                sequence(new Time(Date.from(notBefore)), new Time(Date.from(notAfter))),
                subject,
                Der.decode(keys.getPublic().getEncoded()),
                new DERTaggedObject(true, 3, new DERSequence(list)));
    }

    private Bytes signature(Bytes message) {
        try {
            Signature signer = Signature.getInstance(algorithm, HostileCloud.PROVIDER);
            signer.initSign(issuerKey);
            signer.update(message.toByteArray());
            return Bytes.of(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Bouncy Castle signs with " + algorithm, e);
        }
    }

    private static DERSequence sequence(ASN1Encodable... parts) {
        return new DERSequence(parts);
    }
}
