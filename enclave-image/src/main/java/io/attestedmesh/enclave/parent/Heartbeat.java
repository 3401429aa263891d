package io.attestedmesh.enclave.parent;

import io.attestedmesh.enclave.vsock.StreamAddress;
import io.attestedmesh.enclave.vsock.StreamConnection;
import java.io.IOException;
import java.time.Duration;

/** The first sign of life that {@code nitro-cli run-enclave} waits for before it says that an enclave has started. */
public final class Heartbeat {
    private static final int SIGN = 0xb7;

    private Heartbeat() {}

    /**
     * Says it once.
     *
     * @throws IOException if nobody listens there or the answer is another
     */
    public static void send(StreamAddress to, Duration timeout) throws IOException {
        try (StreamConnection connection = StreamConnection.connect(to, timeout)) {
            connection.output().write(SIGN);
            int answer = connection.input().read();
            if (answer != SIGN) {
                throw new IOException("heartbeat: expected 0xb7, actual " + answer);
            }
        }
    }
}
