package io.attestedmesh.mpc.party;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.tls.RosterEntry;
import java.util.Optional;
import java.util.Set;

/**
 * One party of a context.
 *
 * @param id its number in the protocols of its context, from 1
 * @param identity what its certificate must prove
 * @param host where it listens: a DNS name or an IP address
 * @param port 1 to 65535
 * @param trust how its certificate is verified; empty where the transport's own roster says so, or nobody verifies
 * @param releases names of the releases that it may run in this context, of those that are accepted at all; empty if any
 *     of them
 * @param format how messages go to it; the node takes either from it
 */
public record Party(
        int id,
        PeerIdentity identity,
        String host,
        int port,
        Optional<RosterEntry> trust,
        Set<String> releases,
        WireFormat format) {
    public static final int LARGEST_ID = 65_535;

    public Party {
        if (id < 1 || id > LARGEST_ID) {
            throw new IllegalArgumentException("party " + id + ": ids are 1 to " + LARGEST_ID);
        }
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("party " + id + ": no address");
        }
        if (trust.isPresent() && !trust.get().identity().equals(identity)) {
            throw new IllegalArgumentException(
                    "party " + id + ": the roster entry is of " + trust.get().identity());
        }
        releases = Set.copyOf(releases);
    }

    /** A party with its own trust anchor, which may run every release that is accepted. */
    public static Party of(int id, RosterEntry trust, String host, int port) {
        return new Party(id, trust.identity(), host, port, Optional.of(trust), Set.of(), WireFormat.AMESH);
    }

    /** A party whose certificate something else verifies: the transport's roster. */
    public static Party of(int id, PeerIdentity identity, String host, int port) {
        return new Party(id, identity, host, port, Optional.empty(), Set.of(), WireFormat.AMESH);
    }

    /** The same party, which may run these releases only. */
    public Party withReleases(Set<String> names) {
        return new Party(id, identity, host, port, trust, names, format);
    }

    /** The same party, to which messages go in this format. */
    public Party speaking(WireFormat other) {
        return new Party(id, identity, host, port, trust, releases, other);
    }

    /** True if messages to it go the way that those to {@code other} go. */
    public boolean isReachedAs(Party other) {
        return host.equals(other.host) && port == other.port && format == other.format && trust.equals(other.trust);
    }

    /** True if it may take part with what was proved about it. */
    public boolean mayRun(Optional<AttestedPeer> proved) {
        return releases.isEmpty()
                || proved.flatMap(AttestedPeer::attestation)
                        .map(AttestationResult::releaseName)
                        .filter(releases::contains)
                        .isPresent();
    }

    @Override
    public String toString() {
        return "party " + id + " (" + identity + ")";
    }
}
