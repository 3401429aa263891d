package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * By what a client's certificate may belong to a roster entry, before anything is verified.
 *
 * @param party the party certificate that rides along with evidence, if one can be read
 */
record ClientClaims(X509Certificate leaf, ClaimedNames names, Optional<X509Certificate> party) {
    /** Whether it may belong to an entry. */
    enum Fit {
        /** By all that the entry reads. */
        FULL,
        /** By some of it, enough for a refusal that says what is wrong. */
        PARTIAL,
        NONE
    }

    static ClientClaims of(X509Certificate leaf) throws RejectedCertificateException {
        return new ClientClaims(leaf, ClaimedNames.of(leaf), party(leaf));
    }

    private static Optional<X509Certificate> party(X509Certificate leaf) {
        try {
            Optional<Bytes> der = EvidenceExtension.find(leaf).flatMap(EvidenceExtension::signingCertificate);
            return der.isPresent() ? Optional.of(PresentedChain.parse(der.get())) : Optional.empty();
        } catch (RejectedCertificateException malformed) {
            // mode manual does not read it; the other modes refuse it with this reason
            return Optional.empty();
        }
    }

    Fit fit(RosterEntry entry) {
        if (entry.pin().isPresent()) {
            return fit(entry.pin().get(), entry.mode());
        }
        PeerIdentity identity = entry.identity();
        boolean full = entry.namePolicy() == NamePolicy.KMS ? names.isCommonName(identity) : names.isSan(identity);
        if (full) {
            return Fit.FULL;
        }
        return names.isCommonName(identity) || names.isSan(identity) ? Fit.PARTIAL : Fit.NONE;
    }

    private Fit fit(Pin pin, PeerMode mode) {
        if (mode != PeerMode.SEMI_AUTO) {
            return fit(pin, leaf);
        }
        return party.isPresent() ? fit(pin, party.get()) : Fit.PARTIAL;
    }

    private static Fit fit(Pin pin, X509Certificate certificate) {
        if (pin.matches(certificate)) {
            return Fit.FULL;
        }
        return pin.hasKeyOf(certificate) ? Fit.PARTIAL : Fit.NONE;
    }
}
