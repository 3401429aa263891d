package io.attestedmesh.federated.server;

import io.attestedmesh.attest.evidence.Reason;

/** Why a participant gave nothing. */
public enum ParticipantReason implements Reason {
    /** No answer in time. */
    TIMEOUT,
    /** Its connection ended. */
    LEFT,
    /** It says that it cannot do what it was asked for. */
    NOT_IMPLEMENTED,
    /** It answered something else than it was asked, or nothing that can be read. */
    PROTOCOL,
    /** It was asked for something while it was doing something else. */
    BUSY,
    /** Another connection of the same identity took its place, or a proven participant that of one of many strangers. */
    REPLACED
}
