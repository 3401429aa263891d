package io.attestedmesh.mpc.network;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.Beginning;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.Part;
import io.attestedmesh.mpc.wire.Refusal;
import io.attestedmesh.mpc.wire.Tag;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A party 2 that writes what it wants to party 1, over the wire format. */
final class Hostile implements AutoCloseable {
    private static final String NAME = PlainParties.identity(2).name();

    final ManagedChannel channel;
    private final Metadata headers = new Metadata();
    private final Stream<Answer> exchange = new Stream<>();
    private final StreamObserver<Batch> batches;

    /** What comes back. */
    static final class Stream<T> implements StreamObserver<T> {
        private final BlockingQueue<T> answers = new LinkedBlockingQueue<>();
        private final BlockingQueue<Status> end = new LinkedBlockingQueue<>();

        T next() throws InterruptedException {
            T answer = answers.poll(20, TimeUnit.SECONDS);
            if (answer == null) {
                throw new AssertionError("no answer");
            }
            return answer;
        }

        Status end() throws InterruptedException {
            Status status = end.poll(20, TimeUnit.SECONDS);
            if (status == null) {
                throw new AssertionError("it did not end");
            }
            return status;
        }

        @Override
        public void onNext(T answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable cause) {
            end.add(Status.fromThrowable(cause));
        }

        @Override
        public void onCompleted() {
            end.add(Status.OK);
        }
    }

    Hostile(int port) {
        channel = InsecurePlaintext.becauseOf("a test", TransportLimits.DEFAULT)
                .channel("127.0.0.1", port)
                .build();
        headers.put(
                Metadata.Key.of("amesh-incarnation", Metadata.ASCII_STRING_MARSHALLER),
                UUID.randomUUID().toString());
        batches = stub().exchange(exchange);
    }

    Metadata headers() {
        return headers;
    }

    private NetworkGrpc.NetworkStub stub() {
        return NetworkGrpc.newStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    static Message message(SessionId session, long round, long sequence, int... value) {
        byte[] bytes = new byte[value.length];
        for (int i = 0; i < value.length; i++) {
            bytes[i] = (byte) value[i];
        }
        return Message.newBuilder()
                .setTag(tag(session, round, sequence))
                .setValue(ByteString.copyFrom(bytes))
                .build();
    }

    private static Tag tag(SessionId session, long round, long sequence) {
        return Tag.newBuilder()
                .setSession(ByteString.copyFrom(session.toByteArray()))
                .setSender(NAME)
                .setRound(round)
                .setSequence(sequence)
                .build();
    }

    /** Sends a batch and waits until all of it is answered. */
    List<Refusal> send(List<Message> messages) throws InterruptedException {
        batches.onNext(Batch.newBuilder().addAllMessages(messages).build());
        List<Refusal> refusals = new ArrayList<>();
        Answer answer = exchange.next();
        refusals.addAll(answer.getRefusalsList());
        return refusals;
    }

    List<Refusal> send(Message message) throws InterruptedException {
        return send(List.of(message));
    }

    Status end() throws InterruptedException {
        return exchange.end();
    }

    void sendUnanswered(List<Message> messages) {
        batches.onNext(Batch.newBuilder().addAllMessages(messages).build());
    }

    /** Announces a message of that size, and sends nothing of it. */
    Stream<TransferAnswer> announce(SessionId session, long size) {
        Stream<TransferAnswer> answers = new Stream<>();
        StreamObserver<Part> parts = stub().transfer(answers);
        parts.onNext(Part.newBuilder()
                .setBeginning(Beginning.newBuilder().setTag(tag(session, 0, 1)).setSize(size))
                .build());
        return answers;
    }

    /** A message in a call of its own, as large ones go; what is answered last. */
    TransferAnswer transfer(SessionId session, long round, long sequence, byte[] value) throws InterruptedException {
        Stream<TransferAnswer> answers = new Stream<>();
        StreamObserver<Part> parts = stub().transfer(answers);
        parts.onNext(Part.newBuilder()
                .setBeginning(Beginning.newBuilder()
                        .setTag(tag(session, round, sequence))
                        .setSize(value.length))
                .build());
        TransferAnswer answer = answers.next();
        if (answer.hasFrom()) {
            parts.onNext(Part.newBuilder().setData(ByteString.copyFrom(value)).build());
            parts.onCompleted();
            answer = answers.next();
        }
        return answer;
    }

    /** How a stream ends whose only batch has so many zeros in it, few bytes on the wire. */
    Status inflate(SessionId session, int zeros) throws InterruptedException {
        Stream<Answer> answers = new Stream<>();
        StreamObserver<Batch> own = stub().withCompression("gzip").exchange(answers);
        Message message = message(session, 0, 1).toBuilder()
                .setValue(ByteString.copyFrom(new byte[zeros]))
                .build();
        own.onNext(Batch.newBuilder().addMessages(message).build());
        return answers.end();
    }

    /** A stream whose answers nobody takes until somebody asks. */
    ClientCall<Batch, Answer> callThatReadsNothing(ClientCall.Listener<Answer> listener) {
        ClientCall<Batch, Answer> call = channel.newCall(NetworkGrpc.getExchangeMethod(), io.grpc.CallOptions.DEFAULT);
        Metadata own = new Metadata();
        own.merge(headers);
        call.start(listener, own);
        return call;
    }

    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
