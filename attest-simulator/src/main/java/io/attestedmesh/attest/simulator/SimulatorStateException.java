package io.attestedmesh.attest.simulator;

import java.io.IOException;
import java.nio.file.Path;

/** The state folder cannot be used as it is; the message names the file, what is wrong, and what to do. */
public final class SimulatorStateException extends IOException {
    private static final long serialVersionUID = 1L;

    SimulatorStateException(Path file, String problem) {
        this(file, problem, null);
    }

    SimulatorStateException(Path file, String problem, Throwable cause) {
        super("simulated cloud: " + file + " " + problem, cause);
    }
}
