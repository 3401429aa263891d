package io.attestedmesh.transport.connection;

import io.attestedmesh.attest.evidence.Reason;

/** Why the transport itself refused a connection, before TLS began. */
public enum TransportReason implements Reason {
    /** Too many connections at once, in all or from one address. */
    TOO_MANY_CONNECTIONS
}
