package io.attestedmesh.transport.engine;

import io.attestedmesh.attest.evidence.Reason;

/** Why the transport itself refused a connection, before or beside what the verifier says of the certificate. */
public enum TransportReason implements Reason {
    /** The certificate message is larger than the engine handles. */
    CERTIFICATE_TOO_LARGE,
    /** Too many connections at once, in all or from one address. */
    TOO_MANY_CONNECTIONS,
    /** The other side ended the handshake; the reason stands in its log under the same id. */
    REFUSED_BY_PEER
}
