package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.REVOCATION_UNKNOWN;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One complete, direct v2 list (RFC 5280, section 5), read strictly; its signature is checked when it is asked. */
final class RevocationList {
    private static final int MOST_SIGNERS = 16;

    private static final Set<String> PROCESSED = Set.of(Extensions.ISSUING_DISTRIBUTION_POINT);

    private final byte[] signed;
    private final byte[] signatureAlgorithm;
    private final byte[] signature;
    private final DistinguishedName issuer;
    private final Validity validity;
    private final Set<BigInteger> serials = new HashSet<>();
    private final DistributionScope scope;
    private final Map<Bytes, Boolean> verdicts = new ConcurrentHashMap<>();

    private RevocationList(byte[] der) throws DerException, RejectedCertificateException {
        DerReader file = DerReader.of(der);
        DerReader whole = file.enter(DerReader.SEQUENCE);
        file.finish();
        this.signed = whole.element();
        this.signatureAlgorithm = whole.element();
        this.signature = whole.octetsOfBitString();
        whole.finish();

        DerReader fields = DerReader.of(signed).enter(DerReader.SEQUENCE);
        if (!fields.nextIs(DerReader.INTEGER) || fields.count() != 1) {
            throw new DerException("version 2", "another one");
        }
        if (!Arrays.equals(fields.element(), signatureAlgorithm)) {
            throw new DerException("one signature algorithm inside and outside", "two");
        }
        this.issuer = DistinguishedName.read(fields);
        Instant thisUpdate = fields.time();
        if (!fields.nextIs(DerReader.UTC_TIME) && !fields.nextIs(DerReader.GENERALIZED_TIME)) {
            throw new DerException("a next update", "none");
        }
        this.validity = new Validity(thisUpdate, fields.time());
        if (fields.nextIs(DerReader.SEQUENCE)) {
            readEntries(fields.enter(DerReader.SEQUENCE));
        }
        this.scope = readExtensions(Extensions.read(fields.enter(0xa0)));
        fields.finish();
    }

    static RevocationList read(byte[] der) throws RejectedCertificateException {
        try {
            return new RevocationList(der);
        } catch (DerException malformed) {
            throw RejectedCertificateException.malformed(malformed);
        }
    }

    private void readEntries(DerReader entries) throws DerException, RejectedCertificateException {
        do {
            DerReader entry = entries.enter(DerReader.SEQUENCE);
            if (!serials.add(entry.integer())) {
                throw new DerException("each serial number once", "one twice");
            }
            entry.time(); // a date in the future revokes as well
            if (!entry.isEmpty()) {
                Extensions.read(entry).requireCriticalOnesAmong(Set.of());
            }
        } while (!entries.isEmpty());
    }

    private static DistributionScope readExtensions(Extensions extensions)
            throws DerException, RejectedCertificateException {
        extensions.requireCriticalOnesAmong(PROCESSED); // deltas have a critical one that is not
        Extension number = extensions
                .find(Extensions.CRL_NUMBER)
                .orElseThrow(() -> new DerException("a CRL number", "none"))
                .requireCritical(false);
        DerReader reader = number.value();
        if (reader.integer().signum() < 0) {
            throw new DerException("a CRL number from 0", "a negative one");
        }
        reader.finish();
        KeyIdentifiers.read(extensions);
        return extensions.find(Extensions.ISSUING_DISTRIBUTION_POINT).isPresent()
                ? DistributionScope.read(
                        extensions.find(Extensions.ISSUING_DISTRIBUTION_POINT).get())
                : DistributionScope.ALL;
    }

    DistinguishedName issuer() {
        return issuer;
    }

    Instant nextUpdate() {
        return validity.notAfter();
    }

    boolean lists(BigInteger serial) {
        return serials.contains(serial);
    }

    /** Checks everything that this list's word depends on save who signed it. */
    void requireUsableFor(CertificateFields certificate, Instant at) throws RejectedCertificateException {
        try {
            validity.requireAt(at, "the revocation list");
        } catch (RejectedCertificateException outOfDate) {
            throw new RejectedCertificateException(
                    REVOCATION_UNKNOWN, "a current revocation list of " + issuer, outOfDate.actual(), outOfDate);
        }
        if (!scope.covers(certificate)) {
            throw new RejectedCertificateException(
                    REVOCATION_UNKNOWN, "a revocation list of " + issuer + " for this certificate", "one for others");
        }
    }

    /** True if {@code signer}, of the issuer's name, may sign lists and signed this one. */
    boolean isSignedBy(CertificateFields signer, SignatureCheck check, SignatureAlgorithms profile)
            throws RejectedCertificateException {
        if (signer.keyUsage().isPresent() && !signer.keyUsage().get().crlSign()) {
            return false;
        }
        Bytes key = Bytes.of(signer.key().der());
        Boolean known = verdicts.get(key);
        if (known == null) {
            signer.key().requireIssuerKey(profile);
            known = check.verifies(
                    SignatureAlgorithm.read(signatureAlgorithm),
                    signer.key().kind(),
                    check.decode(signer.key()),
                    signed,
                    signature);
            if (verdicts.size() < MOST_SIGNERS) {
                verdicts.put(key, known);
            }
        }
        return known;
    }
}
