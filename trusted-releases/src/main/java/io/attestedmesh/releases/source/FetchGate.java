package io.attestedmesh.releases.source;

import java.io.IOException;
import java.util.Optional;

/** A source whose fetch under way ends when it is closed, where it can be interrupted; nothing but a fetch is. */
final class FetchGate implements ReleaseSource {
    private final ReleaseSource source;
    private Optional<Thread> fetching = Optional.empty();
    private boolean closed;

    FetchGate(ReleaseSource source) {
        this.source = source;
    }

    @Override
    public Optional<Fetched> fetch(Optional<Validator> seen) throws IOException {
        enter();
        Optional<Fetched> found;
        try {
            found = source.fetch(seen);
        } finally {
            leave();
        }
        requireOpen();
        return found;
    }

    private synchronized void enter() throws IOException {
        requireOpen();
        fetching = Optional.of(Thread.currentThread());
    }

    private synchronized void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
    }

    private synchronized void leave() {
        fetching = Optional.empty();
        if (closed) {
            // the interrupt was ours, and the thread belongs to others
            Thread.interrupted();
        }
    }

    @Override
    public String describe() {
        return source.describe();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            fetching.ifPresent(Thread::interrupt);
        }
        source.close();
    }
}
