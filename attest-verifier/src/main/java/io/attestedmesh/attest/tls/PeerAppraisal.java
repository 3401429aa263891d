package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import io.attestedmesh.attest.evidence.Pcr;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.VerdictCache.Verdict;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.attest.x509.CertificationPath;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.SearchEffort;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One verification of one peer against the roster entries in question, which share what it may cost. */
final class PeerAppraisal {
    private final NitroVerifier verifier;
    private final AttestationPolicy policy;
    private final PathValidators paths;
    private final SearchEffort effort = new SearchEffort();
    private final List<X509Certificate> chain;
    private final TbsCertificate tbs;

    PeerAppraisal(NitroVerifier verifier, AttestationPolicy policy, PathValidators paths, PresentedChain presented)
            throws RejectedCertificateException {
        this.verifier = verifier;
        this.policy = policy;
        this.paths = paths;
        this.chain = presented.parse();
        this.tbs = TbsCertificate.ofCertificate(presented.leaf().toByteArray());
    }

    Verdict appraise(RosterEntry entry, Usage usage, Instant at) throws RejectedCertificateException {
        X509Certificate leaf = chain.get(0);

        // 1. certification path, from the leaf or in mode semi-auto from the party certificate
        CertificateChecks checks = new CertificateChecks(entry, paths, usage, at, effort);
        Optional<EvidenceExtension> extension =
                entry.mode() == PeerMode.MANUAL ? Optional.empty() : EvidenceExtension.find(tbs);
        CertificationPath path =
                entry.mode() == PeerMode.SEMI_AUTO ? checks.partyPath(chain, extension) : checks.leafPath(chain);

        // 2. identity, by the end-entity certificate of that path
        checks.requireIdentity(path.endEntity());
        Instant leafEnd = leaf.getNotAfter().toInstant();
        Instant certificateExpiresAt = earlier(leafEnd, path.notAfter());
        Instant pathHolds = earlier(leafEnd, path.validUntil());
        if (entry.mode() == PeerMode.MANUAL) {
            AttestedPeer peer =
                    new AttestedPeer(entry.identity(), certificateExpiresAt, Optional.empty(), Freshness.CERTIFICATE);
            return new Verdict(peer, at, pathHolds);
        }

        // 3. evidence, in the profile that was agreed
        EvidenceExtension found = requireEvidence(entry, extension);
        VerifiedEvidence evidence = verify(verifier, found.evidence(), at);

        // 4. binding and policy
        AttestationResult result = appraise(evidence, CertificateBinding.claims(tbs, entry.profile()), at);

        // 5. registers and enclave of this very peer
        requirePinned(entry, result);
        if (entry.mode() == PeerMode.SEMI_AUTO) {
            requireSignedBy(found.signingCertificate().orElseThrow(), result.pcrs());
        }

        // 6. the certificate ends no later than what vouches for its key
        requireEndsBefore(leafEnd, evidence.expiresAt());
        AttestedPeer peer =
                new AttestedPeer(entry.identity(), certificateExpiresAt, Optional.of(result), Freshness.CERTIFICATE);
        return new Verdict(peer, at, earlier(pathHolds, policy.acceptableUntil(result)));
    }

    private static EvidenceExtension requireEvidence(RosterEntry entry, Optional<EvidenceExtension> extension)
            throws RejectedCertificateException {
        EvidenceExtension found = extension.orElseThrow(() -> new RejectedCertificateException(
                PolicyReason.EVIDENCE_MISSING,
                "evidence in the certificate, profile " + entry.profile(),
                "a certificate without"));
        if (found.profile() != entry.profile()) {
            throw new RejectedCertificateException(
                    PeerReason.EXTENSION_PROFILE, "profile " + entry.profile(), "profile " + found.profile());
        }
        return found;
    }

    static VerifiedEvidence verify(NitroVerifier verifier, Bytes document, Instant at)
            throws RejectedCertificateException {
        try {
            return verifier.verify(document, at);
        } catch (MalformedEvidenceException e) {
            throw new RejectedCertificateException(e.reason(), e.expected(), e.actual(), e);
        } catch (RejectedEvidenceException e) {
            throw new RejectedCertificateException(e.reason(), e.expected(), e.actual(), e);
        }
    }

    private AttestationResult appraise(VerifiedEvidence evidence, ExpectedClaims claims, Instant at)
            throws RejectedCertificateException {
        try {
            return policy.appraise(evidence, claims, at);
        } catch (RejectedEvidenceException e) {
            throw new RejectedCertificateException(e.reason(), e.expected(), e.actual(), e);
        }
    }

    static void requirePinned(RosterEntry entry, AttestationResult result) throws RejectedCertificateException {
        for (Map.Entry<Integer, Bytes> pin : entry.pinnedPcrs().entrySet()) {
            Optional<Bytes> actual = result.pcrs().get(pin.getKey());
            if (!actual.equals(Optional.of(pin.getValue()))) {
                throw new RejectedCertificateException(
                        PolicyReason.PCR_PIN_MISMATCH,
                        "PCR" + pin.getKey() + " " + pin.getValue().hex(),
                        actual.map(Bytes::hex).orElse("no such register"));
            }
        }
        Optional<String> module = entry.pinnedModule();
        if (module.isPresent() && !module.get().equals(result.moduleId())) {
            throw new RejectedCertificateException(
                    PeerReason.MODULE_PIN_MISMATCH, "module " + module.get(), result.moduleId());
        }
    }

    /** The image was signed with the party certificate: PCR8 is the extend of its digest, as nitro-cli measures it. */
    private static void requireSignedBy(Bytes partyCertificate, PcrBank pcrs) throws RejectedCertificateException {
        Bytes expected = Pcr.extendOfZero(partyCertificate.sha384());
        Optional<Bytes> actual = pcrs.get(8);
        if (!actual.equals(Optional.of(expected))) {
            throw new RejectedCertificateException(
                    PeerReason.IMAGE_SIGNER_MISMATCH,
                    "PCR8 " + expected.hex(),
                    actual.map(Bytes::hex).orElse("no such register"));
        }
    }

    private static void requireEndsBefore(Instant end, Instant evidenceExpiresAt) throws RejectedCertificateException {
        if (end.isAfter(evidenceExpiresAt)) {
            throw new RejectedCertificateException(
                    PeerReason.CERTIFICATE_OUTLIVES_EVIDENCE,
                    "a certificate that ends by " + evidenceExpiresAt,
                    "one that ends " + end);
        }
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
