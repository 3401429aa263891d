package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.CERTIFICATE_REVOKED;
import static io.attestedmesh.attest.x509.CertificateReason.REVOCATION_UNKNOWN;

import io.attestedmesh.attest.evidence.OneLine;
import java.security.cert.CRLException;
import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A snapshot of certificate revocation lists; immutable and thread-safe.
 *
 * <p>Every issuer for whom at least one list is configured needs one that is current, covers the certificate and is
 * signed by the issuer itself (or by a listed signer of the same name); otherwise its certificates are refused. Issuers
 * without any configured list are not checked. To change lists, make a new snapshot.
 */
public final class RevocationLists {
    /** Nothing configured, nothing checked. */
    public static final RevocationLists NONE = new RevocationLists(List.of(), List.of());

    private final List<RevocationList> lists;
    private final List<CertificateFields> signers;

    private RevocationLists(List<RevocationList> lists, List<CertificateFields> signers) {
        this.lists = lists;
        this.signers = signers;
    }

    /**
     * Takes lists that their issuers signed.
     *
     * @throws CRLException if one is malformed, a delta, indirect or limited to some reasons
     */
    public static RevocationLists of(Collection<X509CRL> lists) throws CRLException {
        return of(lists, List.of());
    }

    /** Also takes lists that one of these anchors signed in the issuer's name, with another key than the issuer's. */
    public static RevocationLists of(Collection<X509CRL> lists, TrustAnchors signersToo) throws CRLException {
        return of(lists, signersToo.fields());
    }

    private static RevocationLists of(Collection<X509CRL> lists, List<CertificateFields> signers) throws CRLException {
        List<RevocationList> read = new ArrayList<>();
        for (X509CRL list : lists) {
            try {
                read.add(RevocationList.read(list.getEncoded()));
            } catch (RejectedCertificateException malformed) {
                throw new CRLException(
                        "revocation list of "
                                + OneLine.of(list.getIssuerX500Principal().getName()) + " refused: expected "
                                + malformed.expected() + ", actual " + malformed.actual(),
                        malformed);
            }
        }
        return new RevocationLists(List.copyOf(read), signers);
    }

    public boolean isEmpty() {
        return lists.isEmpty();
    }

    /**
     * Asks for every certificate of a path but its anchor.
     *
     * @return the earliest next update of the lists that answered, {@link Instant#MAX} if none was asked
     */
    Instant requireNoneRevoked(
            List<CertificateFields> path, Instant at, SignatureCheck check, SignatureAlgorithms profile)
            throws RejectedCertificateException {
        Instant nextUpdate = Instant.MAX;
        for (int i = 0; i + 1 < path.size() && !lists.isEmpty(); i++) {
            Instant next = requireNotRevoked(path.get(i), path.get(i + 1), at, check, profile);
            nextUpdate = next.isBefore(nextUpdate) ? next : nextUpdate;
        }
        return nextUpdate;
    }

    private Instant requireNotRevoked(
            CertificateFields certificate,
            CertificateFields issuer,
            Instant at,
            SignatureCheck check,
            SignatureAlgorithms profile)
            throws RejectedCertificateException {
        Optional<Instant> nextUpdate = Optional.empty();
        RejectedCertificateException failure = null;
        for (RevocationList list : lists) {
            if (!list.issuer().equals(issuer.subject())) {
                continue;
            }
            try {
                requireSigner(list, issuer, check, profile);
                if (list.lists(certificate.serial())) {
                    throw new RejectedCertificateException(
                            CERTIFICATE_REVOKED,
                            "a certificate that " + issuer.subject() + " has not revoked",
                            "serial number " + certificate.serial().toString(16));
                }
                list.requireUsableFor(certificate, at);
                nextUpdate = Optional.of(nextUpdate
                        .filter(earlier -> earlier.isBefore(list.nextUpdate()))
                        .orElse(list.nextUpdate()));
            } catch (RejectedCertificateException unusable) {
                if (unusable.reason() == CERTIFICATE_REVOKED) {
                    throw unusable;
                }
                failure = unusable;
            }
        }
        if (nextUpdate.isEmpty() && failure != null) {
            throw failure;
        }
        return nextUpdate.orElse(Instant.MAX);
    }

    private void requireSigner(
            RevocationList list, CertificateFields issuer, SignatureCheck check, SignatureAlgorithms profile)
            throws RejectedCertificateException {
        if (list.isSignedBy(issuer, check, profile)) {
            return;
        }
        for (CertificateFields signer : signers) {
            if (signer.subject().equals(list.issuer()) && list.isSignedBy(signer, check, profile)) {
                return;
            }
        }
        throw new RejectedCertificateException(
                REVOCATION_UNKNOWN, "a revocation list signed by " + list.issuer(), "another signature");
    }
}
