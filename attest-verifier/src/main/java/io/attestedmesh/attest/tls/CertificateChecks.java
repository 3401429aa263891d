package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.CertificationPath;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.PinnedCertificate;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.SearchEffort;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Path and identity of one peer, by the rules of its roster entry. */
final class CertificateChecks {
    private final RosterEntry entry;
    private final PathValidators paths;
    private final Usage usage;
    private final Instant at;
    private final SearchEffort effort;

    CertificateChecks(RosterEntry entry, PathValidators paths, Usage usage, Instant at, SearchEffort effort) {
        this.entry = entry;
        this.paths = paths;
        this.usage = usage;
        this.at = at;
        this.effort = effort;
    }

    /** Modes manual and full-auto: the path of the TLS certificate. */
    CertificationPath leafPath(List<X509Certificate> presented) throws RejectedCertificateException {
        if (entry.anchors().isEmpty()) {
            return pinned(entry.pin().orElseThrow(), presented.get(0));
        }
        CertificationPath path =
                paths.of(entry.anchors().get(), entry.profile()).path(presented, usage, at, effort);
        if (entry.pin().isPresent() && !entry.pin().get().matches(path.endEntity())) {
            throw new RejectedCertificateException(
                    CertificateReason.PIN_MISMATCH, "the pinned certificate or key", "another of the same issuer");
        }
        return path;
    }

    /**
     * Mode semi-auto: the TLS certificate is signed by its own key, so what vouches for its names is the party
     * certificate that it repeats.
     *
     * @return the path of the party certificate
     */
    CertificationPath partyPath(List<X509Certificate> presented, Optional<EvidenceExtension> extension)
            throws RejectedCertificateException {
        X509Certificate party = partyCertificate(extension);
        List<X509Certificate> chain = new ArrayList<>(presented);
        chain.set(0, party);
        CertificationPath path = leafPath(chain);

        X509Certificate leaf = presented.get(0);
        PinnedCertificate.certificate(leaf).path(List.of(leaf), usage, at, paths.provider());
        requireSameNames(ClaimedNames.of(party), ClaimedNames.of(leaf));
        return path;
    }

    private static X509Certificate partyCertificate(Optional<EvidenceExtension> extension)
            throws RejectedCertificateException {
        if (extension.isEmpty()) {
            throw new RejectedCertificateException(
                    PolicyReason.EVIDENCE_MISSING, "evidence and party certificate", "a certificate without");
        }
        Bytes der = extension
                .get()
                .signingCertificate()
                .orElseThrow(() -> new RejectedCertificateException(
                        PeerReason.PARTY_CERTIFICATE_MISSING, "the party certificate beside the evidence", "none"));
        return PresentedChain.parse(der);
    }

    private static void requireSameNames(ClaimedNames party, ClaimedNames leaf) throws RejectedCertificateException {
        if (!leaf.commonName().equals(party.commonName())
                || !new HashSet<>(leaf.sans()).equals(new HashSet<>(party.sans()))) {
            throw new RejectedCertificateException(
                    PeerReason.LEAF_NAMES_DIFFER, "the names of the party certificate, " + party, leaf.toString());
        }
    }

    private CertificationPath pinned(Pin pin, X509Certificate certificate) throws RejectedCertificateException {
        PinnedCertificate pinned = pin.certificate().isPresent()
                ? PinnedCertificate.certificate(
                        PresentedChain.parse(pin.certificate().get()))
                : PinnedCertificate.key(pin.publicKey());
        return pinned.path(List.of(certificate), usage, at, paths.provider());
    }

    void requireIdentity(X509Certificate endEntity) throws RejectedCertificateException {
        switch (entry.namePolicy()) {
            case SAN -> ClaimedNames.of(endEntity).requireSan(entry.identity());
            case KMS -> ClaimedNames.of(endEntity).requireKms(entry.identity());
            case PINNED -> {
                // the path above was that of the pin
            }
        }
    }
}
