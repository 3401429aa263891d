package io.attestedmesh.mpc.network;

import io.attestedmesh.mpc.exchange.Callers;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.party.Party;
import java.io.IOException;

/** How parties are reached, and what is known of those that call. */
public sealed interface Transport permits AttestedTransport, InsecureTransport {
    /** A channel to a party, which connects when it is used. */
    Reach reach(Party party) throws IOException;

    /** Who calls this node. */
    Callers callers();
}
