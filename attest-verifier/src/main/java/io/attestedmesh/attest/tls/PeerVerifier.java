package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.ExpectedClaims;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.tls.VerdictCache.Question;
import io.attestedmesh.attest.tls.VerdictCache.Verdict;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.verify.RejectedEvidenceException;
import io.attestedmesh.attest.verify.VerifiedEvidence;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;

/**
 * Verifies a peer by what it presented in a handshake: certification path, identity, evidence, policy, in this order
 * (docs/binding.md, "Verification"). Thread-safe.
 *
 * <p>An acceptance is remembered for the very same bytes, role and host, until the certificate, the evidence or its
 * maximum age ends, and only as long as roster, policy and revocation lists stay the same objects. So the suppliers must
 * hand out one object until something changes.
 */
public final class PeerVerifier {
    /** Most bytes that the certificates of one peer may have together; every engine carries as much. */
    public static final int MAX_CHAIN_BYTES = 14 * 1024;

    private static final int REMEMBERED_VERDICTS = 1024;
    /** One certificate may carry names of several entries. */
    private static final int MAX_CANDIDATES = 8;

    private final Supplier<Roster> roster;
    private final NitroVerifier verifier;
    private final Supplier<AttestationPolicy> policy;
    private final Supplier<RevocationLists> revocation;
    private final Clock clock;
    private final Provider provider;
    private volatile Rules current;

    /** Checks the signatures of certificates with {@link CryptoProvider#fastest}. */
    public PeerVerifier(
            Supplier<Roster> roster,
            NitroVerifier verifier,
            Supplier<AttestationPolicy> policy,
            Supplier<RevocationLists> revocation,
            Clock clock) {
        this(roster, verifier, policy, revocation, clock, CryptoProvider.fastest());
    }

    public PeerVerifier(
            Supplier<Roster> roster,
            NitroVerifier verifier,
            Supplier<AttestationPolicy> policy,
            Supplier<RevocationLists> revocation,
            Clock clock,
            CryptoProvider crypto) {
        this.roster = Objects.requireNonNull(roster);
        this.verifier = Objects.requireNonNull(verifier);
        this.policy = Objects.requireNonNull(policy);
        this.revocation = Objects.requireNonNull(revocation);
        this.clock = Objects.requireNonNull(clock);
        this.provider = crypto.provider();
        this.current = rules();
    }

    /** One state of everything that a verdict depends on beside the bytes and the time, with the verdicts under it. */
    private record Rules(
            Roster roster,
            AttestationPolicy policy,
            RevocationLists revocation,
            PathValidators paths,
            VerdictCache verdicts) {}

    /**
     * Verifies the server that was dialled as {@code host}, a DNS name or an IP address.
     *
     * @param chain as presented, end-entity certificate first
     * @throws RejectedCertificateException with the first rule broken; the reason is one of {@link PeerReason}, of
     *     {@link CertificateReason}, or of the reasons of evidence and policy
     */
    public AttestedPeer verifyServer(List<X509Certificate> chain, String host) throws RejectedCertificateException {
        return verify(ofServer(chain, host)).peer();
    }

    /** Verifies a client; who it is follows from its certificate and the roster. Throws as {@link #verifyServer}. */
    public AttestedPeer verifyClient(List<X509Certificate> chain) throws RejectedCertificateException {
        return verify(ofClient(chain)).peer();
    }

    /**
     * What is still true of an open connection.
     *
     * @param peer as it is seen now: the same registers may be of another release
     * @param until the last instant at which the answer would be the same, unless roster, policy or revocation lists change
     *     before
     */
    public record Standing(AttestedPeer peer, Instant until) {}

    /**
     * As {@link #verifyServer} and {@link #verifyClient}, of a connection that stays open: its peer must still be who it
     * was, what was proved in it must still be enough, and evidence in the session must not be too old either.
     *
     * @param before what was proved at the end of its handshake
     * @param host the server that was dialled, empty if the peer is a client
     */
    public Standing recheck(AttestedPeer before, List<X509Certificate> chain, Optional<String> host)
            throws RejectedCertificateException {
        Verdict now = verify(host.isPresent() ? ofServer(chain, host.get()) : ofClient(chain));
        if (!now.peer().identity().key().equals(before.identity().key())) {
            throw new RejectedCertificateException(
                    PeerReason.NOT_IN_ROSTER,
                    "the peer " + before.identity(),
                    now.peer().identity().toString());
        }
        requireFreshness(before);
        if (before.freshness() == Freshness.CERTIFICATE) {
            return new Standing(now.peer(), now.until());
        }
        PeerAppraisal.requirePinned(
                entryOf(before, rules()), before.attestation().orElseThrow());
        Instant sessionUntil = sessionFreshUntil(before).orElseThrow();
        Instant at = clock.instant();
        if (at.isAfter(sessionUntil)) {
            throw new RejectedCertificateException(
                    PolicyReason.TOO_OLD, "evidence in the session that holds at " + at, "until " + sessionUntil);
        }
        return new Standing(
                new AttestedPeer(
                        now.peer().identity(),
                        now.peer().certificateExpiresAt(),
                        now.peer().attestation(),
                        Freshness.SESSION),
                sessionUntil.isBefore(now.until()) ? sessionUntil : now.until());
    }

    /**
     * The last instant at which evidence in the session is fresh enough, whatever becomes of its release: nothing in the
     * connection can make it later. Empty if the peer has none.
     */
    public Optional<Instant> sessionFreshUntil(AttestedPeer peer) {
        return peer.freshness() == Freshness.SESSION
                ? peer.attestation().map(rules().policy()::freshUntil)
                : Optional.empty();
    }

    /** What the roster demands of the server that is dialled as {@code host}; {@code SESSION} of one that it does not know. */
    public Freshness demandedOfServer(String host) {
        return rules().roster().server(host).map(RosterEntry::freshness).orElse(Freshness.SESSION);
    }

    /** True if the roster demands evidence in the session of a peer, or of any. */
    public boolean demandsSession() {
        return rules().roster().demandsSession();
    }

    /**
     * Refuses a peer that has proved less than the roster demands of it.
     *
     * @throws RejectedCertificateException {@link PeerReason#FRESHNESS_MISMATCH}; {@link PeerReason#NOT_IN_ROSTER} if it
     *     stands there no longer
     */
    public void requireFreshness(AttestedPeer peer) throws RejectedCertificateException {
        requireFreshness(peer, "evidence at level " + peer.freshness());
    }

    /** As {@link #requireFreshness(AttestedPeer)}, where {@code actual} says better why there was no more. */
    public void requireFreshness(AttestedPeer peer, String actual) throws RejectedCertificateException {
        Freshness demanded = entryOf(peer, rules()).freshness();
        if (!peer.freshness().satisfies(demanded)) {
            throw new RejectedCertificateException(
                    PeerReason.FRESHNESS_MISMATCH, "evidence in the session of " + peer.identity(), actual);
        }
    }

    /**
     * Verifies the document that a peer sent in its session, after the handshake, and leaves what it proved on the
     * session. A peer of mode manual stays what it was: of its evidence nothing is read.
     *
     * @param session of that connection, whose certificate was accepted
     * @throws RejectedCertificateException with the first rule broken
     */
    public AttestedPeer verifySession(SSLSession session, Bytes document, ExpectedClaims claims)
            throws RejectedCertificateException {
        AttestedPeer peer = AttestedPeer.of(session)
                .orElseThrow(() -> new RejectedCertificateException(
                        CertificateReason.NO_CERTIFICATE, "a peer verified in this handshake", "none on the session"));
        if (peer.attestation().isEmpty()) {
            return peer;
        }
        Rules rules = rules();
        Instant at = clock.instant();
        VerifiedEvidence evidence = PeerAppraisal.verify(verifier, document, at);
        AttestationResult result;
        try {
            result = rules.policy()
                    .appraiseAgain(evidence, claims, peer.attestation().get(), at);
        } catch (RejectedEvidenceException e) {
            throw new RejectedCertificateException(e.reason(), e.expected(), e.actual(), e);
        }
        PeerAppraisal.requirePinned(entryOf(peer, rules), result);
        AttestedPeer fresh =
                new AttestedPeer(peer.identity(), peer.certificateExpiresAt(), Optional.of(result), Freshness.SESSION);
        fresh.replaceOn(session);
        return fresh;
    }

    private static RosterEntry entryOf(AttestedPeer peer, Rules rules) throws RejectedCertificateException {
        return rules.roster()
                .entryOf(peer.identity())
                .orElseThrow(() -> new RejectedCertificateException(
                        PeerReason.NOT_IN_ROSTER,
                        "a peer of the roster",
                        peer.identity().name()));
    }

    private static Question ofServer(List<X509Certificate> chain, String host) throws RejectedCertificateException {
        return new Question(PresentedChain.of(chain), Usage.SERVER, Optional.of(host));
    }

    private static Question ofClient(List<X509Certificate> chain) throws RejectedCertificateException {
        return new Question(PresentedChain.of(chain), Usage.CLIENT, Optional.empty());
    }

    private Verdict verify(Question question) throws RejectedCertificateException {
        Rules rules = rules();
        Instant at = clock.instant();
        Optional<Verdict> remembered = rules.verdicts().find(question, at);
        if (remembered.isPresent()) {
            return remembered.get();
        }
        Verdict verdict = appraise(question, rules, at);
        rules.verdicts().remember(question, verdict);
        return verdict;
    }

    /** The rules in force. A change of any of them starts with no verdicts. */
    private Rules rules() {
        Roster roster = Objects.requireNonNull(this.roster.get());
        AttestationPolicy policy = Objects.requireNonNull(this.policy.get());
        RevocationLists revocation = Objects.requireNonNull(this.revocation.get());
        Rules seen = current;
        if (seen != null && seen.roster() == roster && seen.policy() == policy && seen.revocation() == revocation) {
            return seen;
        }
        Rules changed = new Rules(
                roster,
                policy,
                revocation,
                new PathValidators(revocation, provider),
                new VerdictCache(REMEMBERED_VERDICTS));
        current = changed;
        return changed;
    }

    private Verdict appraise(Question question, Rules rules, Instant at) throws RejectedCertificateException {
        List<RosterEntry> candidates = candidates(question, rules.roster());
        PeerAppraisal appraisal = new PeerAppraisal(verifier, rules.policy(), rules.paths(), question.chain());
        RejectedCertificateException first = null;
        for (RosterEntry entry : candidates) {
            try {
                return appraisal.appraise(entry, question.usage(), at);
            } catch (RejectedCertificateException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        throw first;
    }

    /** The entries that the peer may belong to, one at least. */
    private static List<RosterEntry> candidates(Question question, Roster roster) throws RejectedCertificateException {
        if (question.host().isPresent()) {
            String host = question.host().get();
            return List.of(roster.server(host)
                    .orElseThrow(() -> new RejectedCertificateException(
                            PeerReason.NOT_IN_ROSTER, "a server of the roster", "host " + host)));
        }
        X509Certificate leaf = PresentedChain.parse(question.chain().leaf());
        List<RosterEntry> candidates = roster.candidates(leaf);
        if (candidates.isEmpty()) {
            throw new RejectedCertificateException(
                    CertificateReason.NAME_MISMATCH,
                    "a name of the roster",
                    ClaimedNames.of(leaf).toString());
        }
        return candidates.subList(0, Math.min(MAX_CANDIDATES, candidates.size()));
    }
}
