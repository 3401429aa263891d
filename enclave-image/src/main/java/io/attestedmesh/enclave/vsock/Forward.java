package io.attestedmesh.enclave.vsock;

import java.time.Duration;
import java.util.List;

/** Every connection goes to one address. */
final class Forward implements Onward {
    private final EventLoop loop;
    private final StreamAddress target;
    private final Duration timeout;

    Forward(EventLoop loop, StreamAddress target, Duration timeout) {
        this.loop = loop;
        this.target = target;
        this.timeout = timeout;
    }

    @Override
    public void take(Session session) {
        ConnectAttempt.start(session, loop, List.of(target), timeout, new ConnectAttempt.Outcome() {
            @Override
            public void connected(NativeSocket socket) {
                session.join(socket);
            }

            @Override
            public void failed(Refusal reason, String detail) {
                session.refuse(reason, detail);
            }
        });
    }
}
