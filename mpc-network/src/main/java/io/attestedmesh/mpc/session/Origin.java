package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import java.util.Optional;
import java.util.UUID;

/**
 * Where a message comes from.
 *
 * @param identity as the certificate proves it; without TLS, as the message claims it
 * @param proved empty without TLS
 * @param incarnation the process of the sender
 */
public record Origin(PeerIdentity identity, Optional<AttestedPeer> proved, UUID incarnation) {}
