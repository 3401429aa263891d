package io.attestedmesh.mpc.network;

import io.attestedmesh.mpc.link.LinkLimits;
import io.attestedmesh.mpc.session.SessionLimits;

/** What others may make a node keep, and what its own sessions may. */
public record NetworkLimits(SessionLimits sessions, LinkLimits links) {
    public static final NetworkLimits DEFAULT = new NetworkLimits(SessionLimits.DEFAULT, LinkLimits.DEFAULT);
}
