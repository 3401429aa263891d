package io.attestedmesh.transport;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.policy.KnownRelease;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.ServerNames;
import io.attestedmesh.transport.identity.Credential;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Logs and counts every verdict about a peer, on the side that reached it, and every refusal by a peer, on the side that
 * was refused; the id in both lines is the same (docs/transport.md, "Logs and metrics").
 *
 * <p>Counts {@code amesh.tls.accepted} by {@code role} and {@code level}, {@code amesh.tls.deprecated} by {@code release}
 * and {@code role}, {@code amesh.tls.rejections} and of these {@code amesh.tls.dropped} by {@code reason} and {@code role},
 * {@code amesh.tls.refused} by {@code role}. The role is ours: {@code server} or {@code client}.
 */
public final class ConnectionLog implements PeerEvents {
    private static final System.Logger LOG = System.getLogger(ConnectionLog.class.getName());
    private static final String NO_CERTIFICATE = "none";
    private static final int MAX_RELEASE_LABELS = 64;
    private static final int MAX_CLAIMED_NAMES = 8;

    /**
     * A peer that this side refused.
     *
     * @param connection the id that both ends log; {@code none} if the peer presented no certificate
     * @param peerRole the part that the peer played
     * @param actual as in the log: chosen by the peer in part, so escape it where it is shown
     * @param claimedNames the first names of the certificate that it presented, which prove nothing: anybody can write
     *     them there. Chosen by the peer too
     */
    public record Rejection(
            String connection,
            Usage peerRole,
            String remote,
            Reason reason,
            String expected,
            String actual,
            List<String> claimedNames) {}

    private final MeterRegistry meters;
    private final Optional<AcceptedPeers> accepted;
    private final Consumer<Rejection> onRejection;
    private final BoundedLabels deprecatedReleases = new BoundedLabels(MAX_RELEASE_LABELS);

    public ConnectionLog(MeterRegistry meters, Optional<AcceptedPeers> accepted) {
        this(meters, accepted, rejection -> {});
    }

    /**
     * Logs, counts, and tells.
     *
     * @param onRejection hears of each refusal after it was logged, on a thread of the network: it must not block
     */
    public ConnectionLog(MeterRegistry meters, Optional<AcceptedPeers> accepted, Consumer<Rejection> onRejection) {
        this.meters = meters;
        this.accepted = accepted;
        this.onRejection = onRejection;
    }

    @Override
    public void accepted(AttestedPeer peer, X509Certificate leaf, Handshake handshake) {
        accepted(peer, leaf, handshake.peer(), remote(handshake));
    }

    @Override
    public void rejected(RejectedCertificateException why, List<X509Certificate> chain, Handshake handshake) {
        rejected(why, chain.stream().findFirst(), handshake.peer(), remote(handshake));
    }

    /** A peer was accepted that plays the part {@code peerRole}. */
    public void accepted(AttestedPeer peer, X509Certificate leaf, Usage peerRole, String remote) {
        String id = Credential.correlationId(leaf);
        LOG.log(
                System.Logger.Level.INFO,
                () -> "event=tls.accepted role=" + ours(peerRole) + " remote=" + Quoted.of(remote) + " id=" + id
                        + " peer=" + Quoted.of(peer.identity().name()) + " release="
                        + Quoted.of(peer.attestation()
                                .map(AttestationResult::releaseName)
                                .orElse("-"))
                        + " simulated=" + peer.simulated() + " level="
                        + peer.freshness().label());
        meters.counter(
                        "amesh.tls.accepted",
                        "role",
                        ours(peerRole),
                        "level",
                        peer.freshness().label())
                .increment();
        peer.attestation()
                .map(AttestationResult::release)
                .filter(KnownRelease::deprecated)
                .ifPresent(release -> deprecated(peer, release, id, peerRole, remote));
        accepted.ifPresent(log -> log.append(peer, peerRole, id, remote));
    }

    private void deprecated(AttestedPeer peer, KnownRelease release, String id, Usage peerRole, String remote) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tls.deprecated role=" + ours(peerRole) + " remote=" + Quoted.of(remote) + " id=" + id
                        + " peer=" + Quoted.of(peer.identity().name()) + " release=" + Quoted.of(release.name()));
        meters.counter(
                        "amesh.tls.deprecated",
                        "release",
                        deprecatedReleases.labelFor(release.name()),
                        "role",
                        ours(peerRole))
                .increment();
    }

    /** A peer was refused for what it presented; {@code leaf} is empty if it presented nothing. */
    public void rejected(
            RejectedCertificateException why, Optional<X509Certificate> leaf, Usage peerRole, String remote) {
        rejected(why.reason(), why.expected(), why.actual(), leaf, peerRole, remote);
    }

    /** A peer whose connection is open is accepted no longer: a refusal, which also ends that connection. */
    public void dropped(RejectedCertificateException why, X509Certificate leaf, Usage peerRole, String remote) {
        meters.counter("amesh.tls.dropped", "reason", why.reason().name(), "role", ours(peerRole))
                .increment();
        rejected(why, Optional.of(leaf), peerRole, remote);
    }

    /** A peer was refused. */
    public void rejected(
            Reason reason,
            String expected,
            String actual,
            Optional<X509Certificate> leaf,
            Usage peerRole,
            String remote) {
        String id = leaf.map(Credential::correlationId).orElse(NO_CERTIFICATE);
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tls.rejected role=" + ours(peerRole) + " remote=" + Quoted.of(remote) + " id=" + id
                        + " reason=" + reason.name() + " expected=" + Quoted.of(expected) + " actual="
                        + Quoted.of(actual));
        meters.counter("amesh.tls.rejections", "reason", reason.name(), "role", ours(peerRole))
                .increment();
        try {
            onRejection.accept(new Rejection(
                    id,
                    peerRole,
                    remote,
                    reason,
                    expected,
                    actual,
                    leaf.map(ConnectionLog::claimedNames).orElse(List.of())));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "event=tls.rejection_untold: whoever hears of refusals failed", e);
        }
    }

    /**
     * The peer ended the handshake, or the connection right after it. Why stands in the peer's log, under the same id.
     *
     * @param ownId the correlation id of the certificate that this side presented
     */
    public void refused(String ownId, Usage peerRole, String remote, Throwable cause) {
        LOG.log(
                System.Logger.Level.WARNING,
                () -> "event=tls.refused role=" + ours(peerRole) + " remote=" + Quoted.of(remote) + " id=" + ownId
                        + " cause=" + Quoted.of(String.valueOf(cause.getMessage())));
        meters.counter("amesh.tls.refused", "role", ours(peerRole)).increment();
    }

    private static List<String> claimedNames(X509Certificate leaf) {
        try {
            return ServerNames.names(leaf).stream().limit(MAX_CLAIMED_NAMES).toList();
        } catch (RejectedCertificateException unreadable) {
            return List.of();
        }
    }

    private static String ours(Usage peerRole) {
        Usage own = peerRole == Usage.CLIENT ? Usage.SERVER : Usage.CLIENT;
        return own.name().toLowerCase(Locale.ROOT);
    }

    private static String remote(Handshake handshake) {
        return handshake
                .host()
                .map(host -> handshake.port() < 0 ? host : host + ":" + handshake.port())
                .orElse("unknown");
    }
}
