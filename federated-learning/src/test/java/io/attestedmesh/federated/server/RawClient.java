package io.attestedmesh.federated.server;

import com.google.protobuf.ByteString;
import io.attestedmesh.federated.flower.wire.ClientMessage;
import io.attestedmesh.federated.flower.wire.FlowerServiceGrpc;
import io.attestedmesh.federated.flower.wire.Parameters;
import io.attestedmesh.federated.flower.wire.Scalar;
import io.attestedmesh.federated.flower.wire.ServerMessage;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Npy;
import io.attestedmesh.federated.model.Tensor;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends one model, whatever it is told, over the protocol alone. */
final class RawClient implements StreamObserver<ServerMessage> {
    private final Model model;
    private final long examples;
    private final StreamObserver<ClientMessage> out;
    private final CompletableFuture<Status> ended = new CompletableFuture<>();
    private String metric = "metric";
    private Optional<CyclicBarrier> together = Optional.empty();

    RawClient(Channel channel, Model model, long examples) {
        this.model = model;
        this.examples = examples;
        this.out = FlowerServiceGrpc.newStub(channel).join(this);
    }

    /** Calls its metric so. */
    RawClient metric(String name) {
        metric = name;
        return this;
    }

    /** Has it train until so many have. */
    RawClient together(CyclicBarrier all) {
        together = Optional.of(all);
        return this;
    }

    /** Answers what it was not asked. */
    void answer() {
        out.onNext(fitted());
    }

    /** How the server ended it. */
    Status ended() throws Exception {
        return ended.get(20, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(ServerMessage instruction) {
        switch (instruction.getMsgCase()) {
            case FIT_INS -> {
                together.ifPresent(RawClient::await);
                answer();
            }
            case EVALUATE_INS ->
                out.onNext(ClientMessage.newBuilder()
                        .setEvaluateRes(ClientMessage.EvaluateRes.newBuilder()
                                .setLoss(1)
                                .setNumExamples(1))
                        .build());
            default -> out.onCompleted();
        }
    }

    private static void await(CyclicBarrier all) {
        try {
            all.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private ClientMessage fitted() {
        return ClientMessage.newBuilder()
                .setFitRes(ClientMessage.FitRes.newBuilder()
                        .setParameters(parameters())
                        .setNumExamples(examples)
                        .putMetrics(metric, Scalar.newBuilder().setDouble(1).build()))
                .build();
    }

    private Parameters parameters() {
        Parameters.Builder parameters = Parameters.newBuilder().setTensorType("numpy.ndarray");
        for (Tensor tensor : model.list()) {
            parameters.addTensors(ByteString.copyFrom(Npy.header(tensor.type(), tensor.shape()))
                    .concat(ByteString.copyFrom(tensor.data())));
        }
        return parameters.build();
    }

    @Override
    public void onError(Throwable failure) {
        ended.complete(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        out.onCompleted();
        ended.complete(Status.OK);
    }
}
