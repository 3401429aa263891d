package io.attestedmesh.mpc.kms;

/** Bytes are no tag. The message has nothing of them in it. */
final class MalformedTagException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedTagException(String why) {
        super(why);
    }

    MalformedTagException(String why, Throwable cause) {
        super(why, cause);
    }
}
