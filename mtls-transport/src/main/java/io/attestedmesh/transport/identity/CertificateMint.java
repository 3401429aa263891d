package io.attestedmesh.transport.identity;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.Attester;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.tls.CertificateBinding;
import io.attestedmesh.attest.tls.EvidenceExtension;
import io.attestedmesh.attest.tls.EvidenceProfile;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.transport.pki.CertificateDraft;
import io.attestedmesh.transport.pki.KeyKind;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.attestedmesh.transport.pki.Validity;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a fresh P-256 key and a certificate for it that carries evidence (docs/binding.md).
 *
 * @param applicationData appended to the bound user data in profile CMW, the whole of it in profile KMS
 * @param verifier what our own evidence must pass before it is used
 */
public record CertificateMint(
        Issuance issuance,
        EvidenceProfile profile,
        Bytes applicationData,
        Attester attester,
        NitroVerifier verifier,
        Clock clock,
        SecureRandom random) {
    // the first document tells when its chain ends, the second fits; a third only if the module's leaf changed between
    private static final int ATTEMPTS = 3;
    private static final Bytes RESERVED = Bytes.of(new byte[] {'a', 'm', 'e', 's', 'h', '-'});

    public CertificateMint {
        if (applicationData.startsWith(RESERVED)) {
            throw new IllegalArgumentException("application data that begin with amesh- are reserved");
        }
    }

    /**
     * A new credential. Its certificate ends with the issuer's or with the earliest certificate of the evidence's chain,
     * whichever is first.
     */
    public Credential mint()
            throws AttesterException, PkiException, MalformedEvidenceException, RejectedEvidenceException,
                    GeneralSecurityException {
        KeyPair keys = PrivateKeys.generate(KeyKind.P256, random);
        Instant end = issuance.notAfter();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Instant now = clock.instant();
            CertificateDraft draft = issuance.draft(keys, validity(now, end));
            AttestationRequest request = request(keys, draft);
            Bytes evidence = attester.attest(request);
            // not as of before: the chain may have begun while the attester was asked
            VerifiedEvidence verified = verifier.verify(evidence, clock.instant());
            requireBound(verified.document(), request);
            if (!verified.expiresAt().isBefore(end.truncatedTo(ChronoUnit.SECONDS))) {
                return credential(keys, draft, evidence);
            }
            end = verified.expiresAt();
        }
        throw new AttesterException("the attester's chain ended earlier with each of " + ATTEMPTS + " documents", null);
    }

    private static Validity validity(Instant now, Instant end) throws PkiException {
        if (!end.isAfter(now)) {
            throw new PkiException("the issuer or the evidence ended at " + end + ", now is " + now);
        }
        return Validity.from(now, Duration.between(now, end));
    }

    private AttestationRequest request(KeyPair keys, CertificateDraft draft) throws CertificateException {
        Bytes key = Bytes.of(keys.getPublic().getEncoded());
        Optional<Bytes> userData = switch (profile) {
            case CMW -> Optional.of(CertificateBinding.userData(Bytes.of(draft.tbs()), applicationData));
            case KMS -> Optional.of(applicationData).filter(data -> !data.isEmpty());
        };
        return new AttestationRequest(Optional.of(key), userData, Optional.empty());
    }

    private static void requireBound(AttestationDocument document, AttestationRequest request)
            throws AttesterException {
        if (!document.publicKey().equals(request.publicKey())
                || !document.userData().equals(request.userData())) {
            throw new AttesterException(
                    "the attester's document does not hold the key and data it was asked for", null);
        }
    }

    private Credential credential(KeyPair keys, CertificateDraft draft, Bytes evidence) throws CertificateException {
        CertificateDraft complete = draft;
        for (EvidenceExtension.Encoded extension : extension(evidence).extensions()) {
            complete = complete.with(extension.oid(), extension.value().toByteArray());
        }
        X509Certificate certificate = complete.sign();
        if (profile == EvidenceProfile.CMW
                && !CertificateBinding.tbsWithoutEvidence(certificate.getTBSCertificate())
                        .equals(Bytes.of(draft.tbs()))) {
            throw new CertificateException("the signed certificate is not the one that the evidence speaks of");
        }
        List<X509Certificate> chain = new ArrayList<>(List.of(certificate));
        chain.addAll(issuance.issuers());
        return new Credential(keys.getPrivate(), chain);
    }

    private EvidenceExtension extension(Bytes evidence) throws CertificateEncodingException {
        Optional<Bytes> party = Optional.empty();
        if (issuance.party().isPresent()) {
            party = Optional.of(Bytes.of(issuance.party().get().getEncoded()));
        }
        return new EvidenceExtension(profile, evidence, party);
    }
}
