package io.attestedmesh.examples.message;

import io.attestedmesh.attest.evidence.Reason;

/** What is wrong with a message before anybody looks at what it says. Names are stable labels. */
public enum MessageReason implements Reason {
    /** Nothing came. */
    SILENT,
    /** It is of another kind than this round's. */
    MESSAGE_KIND,
    /** It ends early or goes on behind its end. */
    MESSAGE_LENGTH,
    /** A number in it is out of its range or its order. */
    MESSAGE_FIELD
}
