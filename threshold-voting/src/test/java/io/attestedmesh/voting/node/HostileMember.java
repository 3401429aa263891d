package io.attestedmesh.voting.node;

import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.voting.wire.v1.Accepted;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.VotingGrpc;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody with an attested connection who sends whatever it likes, and is no voting node. */
final class HostileMember implements AutoCloseable {
    private final AttestedGrpc grpc;
    private final List<Reach> reaches = new ArrayList<>();

    HostileMember(VotingNetwork network, String name) throws Exception {
        this.grpc = new AttestedGrpc(
                network.mesh()
                        .builder(
                                TlsEngine.preferred(),
                                CredentialSource.of(network.mesh().honest(name, network.release())),
                                new ConnectionLog(new SimpleMeterRegistry(), Optional.empty()))
                        .build(),
                TransportLimits.DEFAULT);
    }

    /** One call of a node, to which nothing has been sent yet. */
    static final class Call implements StreamObserver<Accepted> {
        private final AtomicInteger accepted = new AtomicInteger();
        private final StreamObserver<Envelope> out;
        private volatile Status end;

        private Call(VotingGrpc.VotingStub stub) {
            this.out = stub.deliver(this);
        }

        void send(Envelope envelope) {
            out.onNext(envelope);
        }

        int accepted() {
            return accepted.get();
        }

        Optional<Status> end() {
            return Optional.ofNullable(end);
        }

        @Override
        public void onNext(Accepted answer) {
            int unused = accepted.incrementAndGet();
        }

        @Override
        public void onError(Throwable failure) {
            end = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            end = Status.OK;
        }
    }

    Call call(VotingNetwork.Member node) throws IOException {
        if (reaches.isEmpty()) {
            reaches.add(new AttestedTransport(grpc).reach(node.party()));
        }
        return new Call(VotingGrpc.newStub(reaches.get(0).channel()));
    }

    @Override
    public void close() {
        reaches.forEach(Reach::close);
        grpc.close();
    }
}
