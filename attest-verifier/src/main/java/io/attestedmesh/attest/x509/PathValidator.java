package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.NO_CERTIFICATE;
import static io.attestedmesh.attest.x509.CertificateReason.TOO_MANY_CERTIFICATES;

import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds and checks a certification path (RFC 5280, section 6, with the stricter rules of docs/certificates.md).
 * Immutable and thread-safe.
 */
public final class PathValidator {
    /** What the end-entity certificate is used for. */
    public enum Usage {
        SERVER(ExtendedKeyUsage.SERVER_AUTH),
        CLIENT(ExtendedKeyUsage.CLIENT_AUTH);

        private final String purpose;

        Usage(String purpose) {
            this.purpose = purpose;
        }

        /** The OID of the extended key usage. */
        String purpose() {
            return purpose;
        }
    }

    /** How many certificates a peer may send; a bridge PKI may send all of its cross certificates. */
    public static final int MOST_PRESENTED = 40;

    /** How many intermediates that are not self-issued may stand between end entity and anchor. */
    public static final int LONGEST = 8;

    private final List<CertificateFields> anchors;
    private final RevocationLists revocation;
    private final SignatureAlgorithms profile;
    private final SignatureCheck signatureCheck;
    private final Map<CertificateFields, PublicKey> anchorKeys;
    private final int longest;

    /** Checks signatures with Bouncy Castle. */
    public PathValidator(TrustAnchors anchors, RevocationLists revocation, SignatureAlgorithms profile) {
        this(anchors, revocation, profile, SignatureCheck.BOUNCY_CASTLE);
    }

    /** Checks signatures with {@code provider}; what it does not have, with Bouncy Castle. */
    public PathValidator(
            TrustAnchors anchors, RevocationLists revocation, SignatureAlgorithms profile, Provider provider) {
        this(anchors.fields(), revocation, profile, new SignatureCheck(provider), LONGEST);
    }

    private PathValidator(
            List<CertificateFields> anchors,
            RevocationLists revocation,
            SignatureAlgorithms profile,
            SignatureCheck signatureCheck,
            int longest) {
        this.anchors = anchors;
        this.revocation = revocation;
        this.profile = profile;
        this.signatureCheck = signatureCheck;
        this.longest = longest;
        this.anchorKeys = decode(anchors, signatureCheck);
    }

    private static Map<CertificateFields, PublicKey> decode(List<CertificateFields> anchors, SignatureCheck check) {
        Map<CertificateFields, PublicKey> keys = new HashMap<>();
        for (CertificateFields anchor : anchors) {
            try {
                anchor.key().requireIssuerKey(SignatureAlgorithms.KMS);
                keys.put(anchor, check.decode(anchor.key()));
            } catch (RejectedCertificateException unusable) {
                keys.remove(anchor); // refused with this reason where a path ends in this anchor
            }
        }
        return keys;
    }

    /** The same validator for paths of at most {@code intermediates} that are not self-issued, 0 to {@link #LONGEST}. */
    public PathValidator withLongest(int intermediates) {
        if (intermediates < 0 || intermediates > LONGEST) {
            throw new IllegalArgumentException("0 to " + LONGEST + " intermediates, not " + intermediates);
        }
        return new PathValidator(anchors, revocation, profile, signatureCheck, intermediates);
    }

    /**
     * Finds a path from a trust anchor to the end-entity certificate and checks it at the instant {@code at}.
     *
     * @param presented the end-entity certificate first, then whatever else the peer sent, in any order
     * @return the path, end-entity certificate first, trust anchor last
     * @throws RejectedCertificateException with a {@link CertificateReason}
     */
    public List<X509Certificate> validate(List<X509Certificate> presented, Usage usage, Instant at)
            throws RejectedCertificateException {
        return path(presented, usage, at).certificates();
    }

    /** Like {@link #validate}; the result also says until when it holds. */
    public CertificationPath path(List<X509Certificate> presented, Usage usage, Instant at)
            throws RejectedCertificateException {
        return path(presented, usage, at, new SearchEffort());
    }

    /**
     * Like {@link #path(List, Usage, Instant)}, one of several searches about the same peer.
     *
     * @param effort what all of them may cost together; of validators that check signatures with one provider
     */
    public CertificationPath path(List<X509Certificate> presented, Usage usage, Instant at, SearchEffort effort)
            throws RejectedCertificateException {
        if (presented.isEmpty()) {
            throw new RejectedCertificateException(NO_CERTIFICATE, "a certificate", "none");
        }
        if (presented.size() > MOST_PRESENTED) {
            throw new RejectedCertificateException(
                    TOO_MANY_CERTIFICATES, "at most " + MOST_PRESENTED + " certificates", "" + presented.size());
        }
        CertificateFields endEntity = CertificateFields.of(presented.get(0));
        EndEntityRules.require(endEntity, usage, at);
        if (endEntity.basicConstraints().ca()) {
            IssuerRules.requireCertSign(endEntity);
        }
        endEntity.signatureAlgorithm();
        List<CertificateFields> intermediates = new ArrayList<>();
        PathSearch search = new PathSearch(this, intermediates, usage, at, effort);
        for (X509Certificate certificate : presented.subList(1, presented.size())) {
            try {
                intermediates.add(CertificateFields.of(certificate));
            } catch (RejectedCertificateException useless) {
                search.remember(useless);
            }
        }
        return search.from(endEntity);
    }

    List<CertificateFields> anchors() {
        return anchors;
    }

    Optional<PublicKey> anchorKey(CertificateFields issuer) {
        return Optional.ofNullable(anchorKeys.get(issuer));
    }

    RevocationLists revocation() {
        return revocation;
    }

    SignatureAlgorithms profile() {
        return profile;
    }

    SignatureCheck signatureCheck() {
        return signatureCheck;
    }

    int longest() {
        return longest;
    }
}
