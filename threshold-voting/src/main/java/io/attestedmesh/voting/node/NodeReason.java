package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.Reason;

/** Why something that another node sent was refused, where its signature is not the reason. */
public enum NodeReason implements Reason {
    /** Whoever calls is no member of the committee, or this node itself. */
    NOT_A_MEMBER,
    /** It announces the key of another node than the one it has proved to be. */
    WRONG_NODE,
    /** The first thing on a call was no hello, or a later one was. */
    HELLO,
    /** No message of the protocol. */
    MALFORMED,
    /** More of something than one message may hold. */
    TOO_LARGE,
    /** A statement of another node among what are to be the sender's own. */
    NOT_ITS_OWN
}
