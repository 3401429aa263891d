package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.evidence.Reason;

/** Why a tunnel refuses a peer that was verified. */
public enum TunnelReason implements Reason {
    /** It does not speak this tunnel's protocol: ALPN has nothing in common, or was not used. */
    WRONG_PROTOCOL,
    /** The rule of this tunnel lets others in. */
    NOT_ALLOWED,
    /** It names a target that there is not, or none where a name is needed. */
    UNKNOWN_TARGET
}
