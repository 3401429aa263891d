package io.attestedmesh.attest.verify;

import static io.attestedmesh.attest.verify.EvidenceReason.*;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.CoseSign1;
import io.attestedmesh.attest.evidence.MalformedEvidenceException;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Checks that a document was signed by a Nitro Security Module under one of the given roots.
 *
 * <p>Thread-safe. Verified chains are remembered by their exact bytes, within bounds; their validity at the instant and
 * the document's signature are checked every time. AWS publishes no revocation that could be asked.
 */
public final class NitroVerifier {
    /** How far in the future a document's timestamp may lie. */
    public static final Duration DEFAULT_CLOCK_SKEW = Duration.ofMinutes(5);

    private static final int CACHED_ISSUERS = 64;
    private static final int CACHED_CHAINS = 256;

    private final Map<Bytes, CheckedChain> roots;
    private final CryptoProvider crypto;
    private final Duration clockSkew;
    private final ChainCache issuers = new ChainCache(CACHED_ISSUERS);
    private final ChainCache chains = new ChainCache(CACHED_CHAINS);

    /**
     * @throws IllegalArgumentException if there is no root (nothing configured accepts nothing), if one is no P-384 CA,
     *     or if the skew is negative
     */
    public NitroVerifier(List<TrustedRoot> roots, CryptoProvider crypto, Duration clockSkew) {
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("no trusted root: no evidence could ever be accepted");
        }
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("the clock skew " + clockSkew + " is negative");
        }
        this.crypto = crypto;
        this.clockSkew = clockSkew;
        this.roots = new LinkedHashMap<>();
        for (TrustedRoot root : roots) {
            addRoot(root);
        }
    }

    private void addRoot(TrustedRoot root) {
        try {
            Bytes der = Bytes.of(root.certificate().getEncoded());
            roots.put(der, CheckedChain.startingAt(root, ChainCertificate.parse(der, "cabundle[0]"), crypto));
        } catch (CertificateEncodingException | RejectedEvidenceException e) {
            throw new IllegalArgumentException("\"" + root.name() + "\" cannot be a root of Nitro evidence", e);
        }
    }

    /** Steps 1 to 6 at the instant {@code at}. */
    public VerifiedEvidence verify(Bytes encoded, Instant at)
            throws MalformedEvidenceException, RejectedEvidenceException {
        AttestationDocument document = AttestationDocument.parse(encoded); // steps 1 to 3
        return verify(document, at, at);
    }

    /** Steps 1 to 6 as of the document's own timestamp, for audits; {@code now} bounds documents from the future. */
    public VerifiedEvidence verifyAtDocumentTime(Bytes encoded, Instant now)
            throws MalformedEvidenceException, RejectedEvidenceException {
        AttestationDocument document = AttestationDocument.parse(encoded); // steps 1 to 3
        return verify(document, document.timestamp(), now);
    }

    private VerifiedEvidence verify(AttestationDocument document, Instant at, Instant now)
            throws RejectedEvidenceException {
        CheckedChain chain = requireChain(document, at); // step 4
        requireSignature(document.envelope(), chain); // step 5
        requireNotFromTheFuture(document, now); // step 6
        return new VerifiedEvidence(document, chain.root(), chain.certificates(), at, chain.expiresAt());
    }

    private CheckedChain requireChain(AttestationDocument document, Instant at) throws RejectedEvidenceException {
        List<Bytes> encoded = new ArrayList<>(document.cabundle());
        encoded.add(document.certificate());
        List<Bytes> key = List.copyOf(encoded);
        Optional<CheckedChain> cached = chains.find(key);
        if (cached.isPresent()) {
            cached.get().requireValidAt(at);
            return cached.get();
        }
        CheckedChain chain = requireIssuers(document.cabundle(), at)
                .withLeaf(ChainCertificate.parse(document.certificate(), "certificate"), crypto);
        chain.requireValidAt(at);
        chains.remember(key, chain);
        return chain;
    }

    private CheckedChain requireIssuers(List<Bytes> cabundle, Instant at) throws RejectedEvidenceException {
        Optional<CheckedChain> cached = issuers.find(cabundle);
        if (cached.isPresent()) {
            cached.get().requireValidAt(at);
            return cached.get();
        }
        CheckedChain chain = requireRoot(cabundle.get(0));
        for (int i = 1; i < cabundle.size(); i++) {
            chain = chain.withCa(ChainCertificate.parse(cabundle.get(i), "cabundle[" + i + "]"), crypto);
        }
        chain.requireValidAt(at);
        issuers.remember(cabundle, chain);
        return chain;
    }

    private CheckedChain requireRoot(Bytes first) throws RejectedEvidenceException {
        CheckedChain root = roots.get(first);
        if (root == null) {
            throw new RejectedEvidenceException(
                    UNTRUSTED_ROOT,
                    "SHA-256 of one of " + roots.size() + " trusted roots",
                    TrustedRoot.fingerprintOf(first).hex());
        }
        return root;
    }

    private void requireSignature(CoseSign1 envelope, CheckedChain chain) throws RejectedEvidenceException {
        try {
            EcdsaSignature signature = EcdsaSignature.fromConcatenation(envelope.signature());
            if (!crypto.isSignedBy(chain.lastKey(), envelope.toBeSigned().toByteArray(), signature)) {
                throw new RejectedEvidenceException(
                        BAD_SIGNATURE, "a signature by the leaf's key", "one that does not verify");
            }
        } catch (DerException | GeneralSecurityException e) {
            throw new RejectedEvidenceException(
                    BAD_SIGNATURE, "a signature by the leaf's key", "one that cannot be checked", e);
        }
    }

    private void requireNotFromTheFuture(AttestationDocument document, Instant now) throws RejectedEvidenceException {
        Instant latest = now.plus(clockSkew);
        if (document.timestamp().isAfter(latest)) {
            throw new RejectedEvidenceException(
                    FUTURE_TIMESTAMP,
                    "a timestamp until " + latest,
                    document.timestamp().toString());
        }
    }
}
