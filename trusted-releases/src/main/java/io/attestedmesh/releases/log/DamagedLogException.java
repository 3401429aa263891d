package io.attestedmesh.releases.log;

import java.io.IOException;

/** A log's folder lacks a file that its checkpoint asks for, or its entries, tiles and checkpoint contradict each other. */
public final class DamagedLogException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String file;

    DamagedLogException(String file, String problem) {
        this(file, problem, null);
    }

    DamagedLogException(String file, String problem, Throwable cause) {
        super(file + ": " + problem, cause);
        this.file = file;
    }

    /** The file by its path in the folder, such as {@code tile/0/x001/234}. */
    public String file() {
        return file;
    }
}
