package io.attestedmesh.mpc.exchange;

import io.attestedmesh.attest.evidence.OneLine;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Origin;
import io.attestedmesh.mpc.session.Refusals;
import java.util.Optional;
import java.util.UUID;

/**
 * Compares the sender that each message claims with what the certificate of its connection proved. One a call; used by one
 * thread at a time.
 */
public final class Gate {
    private final Optional<AttestedPeer> proved;
    private final UUID incarnation;
    private final Refusals refusals;
    private Origin known;

    public Gate(Optional<AttestedPeer> proved, UUID incarnation, Refusals refusals) {
        this.proved = proved;
        this.incarnation = incarnation;
        this.refusals = refusals;
    }

    /** Where a message of this sender comes from; empty if it is somebody else's certificate. */
    public Optional<Origin> check(String sender) {
        if (known != null && known.identity().name().equals(sender)) {
            return Optional.of(known);
        }
        if (proved.isPresent() && !proved.get().identity().name().equals(sender)) {
            refusals.refused(
                    proved.get().identity().name(),
                    Acceptance.WRONG_SENDER,
                    "sender " + proved.get().identity(),
                    "sender " + OneLine.of(sender));
            return Optional.empty();
        }
        try {
            known = new Origin(new PeerIdentity(sender), proved, incarnation);
            return Optional.of(known);
        } catch (IllegalArgumentException e) {
            refusals.refused("unknown", Acceptance.WRONG_SENDER, "an identity", OneLine.of(sender));
            return Optional.empty();
        }
    }
}
