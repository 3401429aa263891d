package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.PATH_TOO_COMPLEX;

/** How many comparisons of a name with a subtree one search may still make: both sides of it a peer may choose. */
final class ComparisonBudget {
    private static final long WHOLE = 100_000;

    private long left = WHOLE;

    void spend(long comparisons) throws RejectedCertificateException {
        left -= comparisons;
        if (left < 0) {
            throw new RejectedCertificateException(
                    PATH_TOO_COMPLEX, "at most " + WHOLE + " comparisons of names", (WHOLE - left) + " or more");
        }
    }
}
