package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.gossip.wire.DirectMessage;
import io.attestedmesh.federated.gossip.wire.GossipMessage;
import io.attestedmesh.federated.gossip.wire.HandShakeRequest;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc;
import io.attestedmesh.federated.gossip.wire.NodeServicesGrpc.NodeServicesBlockingStub;
import io.attestedmesh.federated.gossip.wire.ResponseMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.mpc.exchange.Reach;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A member with an attested connection that sends whatever it likes, and takes no models. */
final class HostileMember implements AutoCloseable {
    private static final AtomicLong HASHES = new AtomicLong();

    private final Network network;
    private final int number;
    private final Network.Door door;
    private final List<Reach> reaches = new ArrayList<>();
    private final ScheduledExecutorService beating = Executors.newSingleThreadScheduledExecutor();

    HostileMember(Network network, int number) throws Exception {
        this.network = network;
        this.number = number;
        this.door = network.door(number);
        door.serve(new NodeServicesGrpc.NodeServicesImplBase() {
            @Override
            public void send(RootMessage request, StreamObserver<ResponseMessage> out) {
                out.onNext(ResponseMessage.newBuilder().setResponse("false").build());
                out.onCompleted();
            }
        });
    }

    NodeServicesBlockingStub to(int node) throws Exception {
        Reach reach = door.transport().reach(network.members().get(node - 1).party());
        reaches.add(reach);
        return NodeServicesGrpc.newBlockingStub(reach.channel());
    }

    RootMessage gossip(int source, String command, int round, String... arguments) {
        return RootMessage.newBuilder()
                .setSource(network.address(source))
                .setCmd(command)
                .setRound(round)
                .setGossipMessage(GossipMessage.newBuilder()
                        .setTtl(3)
                        .setHash(HASHES.incrementAndGet())
                        .addAllArgs(List.of(arguments)))
                .build();
    }

    /** Says that it has a model to send. */
    RootMessage announcement(int round, String... commandAndHashes) {
        return RootMessage.newBuilder()
                .setSource(network.address(number))
                .setCmd("PRE_SEND_MODEL")
                .setRound(round)
                .setDirectMessage(DirectMessage.newBuilder().addAllArgs(List.of(commandAndHashes)))
                .build();
    }

    /** Is a neighbour of whoever is at the other end, until {@link #fallSilent}. */
    void join(NodeServicesBlockingStub node) {
        var unused = node.withDeadlineAfter(20, TimeUnit.SECONDS)
                .handshake(HandShakeRequest.newBuilder()
                        .setAddr(network.address(number))
                        .build());
        var unusedBeats = beating.scheduleAtFixedRate(
                () -> {
                    var unusedAnswer = node.withDeadlineAfter(20, TimeUnit.SECONDS)
                            .send(gossip(number, "beat", -1, String.valueOf(HASHES.incrementAndGet())));
                },
                0,
                500,
                TimeUnit.MILLISECONDS);
    }

    void fallSilent() {
        beating.shutdownNow();
    }

    @Override
    public void close() {
        beating.shutdownNow();
        reaches.forEach(Reach::close);
    }
}
