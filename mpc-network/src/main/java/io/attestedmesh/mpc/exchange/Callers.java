package io.attestedmesh.mpc.exchange;

import io.attestedmesh.attest.tls.AttestedPeer;
import java.util.Optional;

/** Who calls, as the transport proved it. */
@FunctionalInterface
public interface Callers {
    /** The caller of the call that this thread serves; empty where nothing is proved: without TLS. */
    Optional<AttestedPeer> current();
}
