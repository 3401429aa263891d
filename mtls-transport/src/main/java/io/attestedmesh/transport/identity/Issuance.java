package io.attestedmesh.transport.identity;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.transport.pki.AlternativeNames;
import io.attestedmesh.transport.pki.CertificateAuthority;
import io.attestedmesh.transport.pki.CertificateDraft;
import io.attestedmesh.transport.pki.CertificateProfile;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.Validity;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Who signs a certificate for a fresh key, and what it says: the modes {@code full-auto} and {@code semi-auto}. */
public final class Issuance {
    private static final Set<Usage> BOTH = EnumSet.allOf(Usage.class);

    private interface Drafting {
        CertificateDraft draft(KeyPair keys, Validity validity) throws PkiException;
    }

    private final Drafting drafting;
    private final Instant notAfter;
    private final Optional<X509Certificate> party;
    private final List<X509Certificate> issuers;

    private Issuance(
            Drafting drafting, Instant notAfter, Optional<X509Certificate> party, List<X509Certificate> issuers) {
        this.drafting = drafting;
        this.notAfter = notAfter;
        this.party = party;
        this.issuers = issuers;
    }

    /** The party's CA, whose key lives in the enclave, issues a certificate with these names for server and client. */
    public static Issuance fullAuto(CertificateAuthority authority, String commonName, AlternativeNames names) {
        return new Issuance(
                (keys, validity) ->
                        authority.draft(keys.getPublic(), CertificateProfile.node(commonName, names, BOTH, validity)),
                authority.certificate().getNotAfter().toInstant(),
                Optional.empty(),
                List.of(authority.certificate()));
    }

    /**
     * The fresh key signs for itself and repeats the names of the certificate that signed the enclave image, which rides
     * along.
     */
    public static Issuance semiAuto(X509Certificate party, SecureRandom random) throws PkiException {
        AlternativeNames names = AlternativeNames.of(party);
        return new Issuance(
                (keys, validity) -> CertificateAuthority.selfSigned(
                        keys, new CertificateProfile(party.getSubjectX500Principal(), names, BOTH, validity), random),
                party.getNotAfter().toInstant(),
                Optional.of(party),
                List.of());
    }

    CertificateDraft draft(KeyPair keys, Validity validity) throws PkiException {
        return drafting.draft(keys, validity);
    }

    Instant notAfter() {
        return notAfter;
    }

    Optional<X509Certificate> party() {
        return party;
    }

    List<X509Certificate> issuers() {
        return issuers;
    }
}
