package io.attestedmesh.transport.connection;

/** What the handlers of a watched connection are told about it, as user events. */
public enum ConnectionEvent {
    /** The peer is accepted no longer, and the connection is about to be closed. */
    NO_LONGER_ACCEPTED
}
