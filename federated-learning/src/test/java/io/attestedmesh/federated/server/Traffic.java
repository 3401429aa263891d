package io.attestedmesh.federated.server;

import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What arrives at a server, and how its streams end. */
final class Traffic extends ServerStreamTracer.Factory {
    private final AtomicInteger arriving = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final BlockingQueue<Status> ended = new LinkedBlockingQueue<>();

    /** How many messages, at most, had begun to arrive and were not there yet. */
    int mostAtOnce() {
        return most.get();
    }

    BlockingQueue<Status> ended() {
        return ended;
    }

    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new ServerStreamTracer() {
            @Override
            public void inboundMessage(int number) {
                most.accumulateAndGet(arriving.incrementAndGet(), Math::max);
            }

            @Override
            public void inboundMessageRead(int number, long wireSize, long size) {
                arriving.decrementAndGet();
            }

            @Override
            public void streamClosed(Status status) {
                ended.add(status);
            }
        };
    }
}
