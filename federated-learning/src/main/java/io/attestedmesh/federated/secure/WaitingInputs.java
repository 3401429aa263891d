package io.attestedmesh.federated.secure;

import io.attestedmesh.mpc.session.MessageSink;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Masked updates of a round of a session, in the order in which their first bytes come: each then waits for its turn. */
final class WaitingInputs implements AutoCloseable {
    private final NetworkSession session;
    private final long end;
    private final BlockingQueue<Ready> ready = new LinkedBlockingQueue<>();
    private final List<Ready> all;

    /** One whose first bytes are there, or of whom it is known that none will come. */
    final class Ready implements MessageSink {
        private final int client;
        private final CompletableFuture<IncomingInput> turn = new CompletableFuture<>();
        private final CompletableFuture<Long> coming;
        private boolean begun;

        private Ready(int client, Duration time) {
            this.client = client;
            this.coming = session.receiveAsync(client, this, time);
            var unused = coming.whenComplete((bytes, failure) -> ready.add(this));
        }

        int client() {
            return client;
        }

        /** Takes it whole. */
        void into(IncomingInput input, Duration most) throws SessionException, InterruptedException {
            turn.complete(input);
            try {
                coming.get(Math.min(most.toNanos(), left()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                coming.cancel(false);
                throw new SessionException(
                        SessionReason.TIMEOUT, session.id(), List.of(), "an update within " + most, "a part of it");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof SessionException why) {
                    throw why;
                }
                throw new IllegalStateException(e.getCause());
            }
        }

        @Override
        public void write(ByteBuffer part) throws IOException {
            if (!begun) {
                begun = true;
                ready.add(this);
            }
            try {
                turn.get(Math.max(0, left()), TimeUnit.NANOSECONDS).write(part);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            } catch (ExecutionException | TimeoutException | java.util.concurrent.CancellationException e) {
                throw new IOException("its turn did not come", e);
            }
        }
    }

    WaitingInputs(NetworkSession session, Set<Integer> clients, Duration time) {
        this.session = session;
        this.end = System.nanoTime() + time.toNanos();
        this.all = clients.stream().map(client -> new Ready(client, time)).toList();
    }

    private long left() {
        return end - System.nanoTime();
    }

    /** Who is next, the same one more than once perhaps; empty when the time is over. */
    Optional<Ready> next() throws InterruptedException {
        return Optional.ofNullable(ready.poll(left(), TimeUnit.NANOSECONDS));
    }

    /** Nothing more is taken. */
    @Override
    public void close() {
        for (Ready one : all) {
            one.turn.cancel(false);
            one.coming.cancel(false);
        }
    }
}
