package io.attestedmesh.cli.command;

/** How a command ended; the codes are a promise to scripts. */
public enum ExitStatus {
    /** Accepted, or done. */
    DONE(0),
    /** Well-formed, and refused. */
    REJECTED(1),
    /** The command line, a configuration or an input file could not be understood. */
    USAGE(2),
    /** It could not be done: input or output failed, or a peer is away. */
    FAILED(3);

    private final int code;

    ExitStatus(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
