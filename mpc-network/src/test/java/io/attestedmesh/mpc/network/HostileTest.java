package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionLimits;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.Refusal;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Party 2 does what it should not. Party 1 says why not, keeps little of it, and works on with party 3. */
@Timeout(120)
class HostileTest {
    private static final System.Logger LOG = System.getLogger(HostileTest.class.getName());
    private static final long MIB = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SecureRandom random = new SecureRandom();
    private final SessionId id = SessionId.random(random);
    private PlainParties parties;
    private Hostile hostile;

    @BeforeEach
    void start() throws Exception {
        parties = new PlainParties(3);
        hostile = new Hostile(port());
    }

    @AfterEach
    void stop() {
        hostile.close();
        parties.close();
    }

    private int port() {
        return parties.node(1).server().getPort();
    }

    private static long heap() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long grown(String what, long before) {
        long growth = heap() - before;
        LOG.log(System.Logger.Level.INFO, () -> "measured: heap after " + what + " +" + growth / 1024 + " KiB");
        return growth;
    }

    /** There and back, with a party that does nothing wrong. */
    private void assertOthersWork() throws Exception {
        SessionId session = SessionId.random(random);
        try (NetworkSession one = parties.open(1, session);
                NetworkSession three = parties.open(3, session)) {
            three.send(1, new byte[] {3});
            assertThat(one.receive(3)).containsExactly(3);
            one.send(3, new byte[] {1});
            assertThat(three.receive(1)).containsExactly(1);
        }
    }

    private double dropped(String reason) {
        return parties.node(1).count("amesh.mpc.dropped", "reason", reason);
    }

    private long kept() {
        return (long)
                parties.node(1).meters().get("amesh.mpc.inbox.bytes").gauge().value();
    }

    private double answered() {
        return parties.node(1).count("amesh.mpc.answers", "answer", "too_far_ahead");
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
    }

    private static List<String> reasons(List<Refusal> refusals) {
        return refusals.stream().map(Refusal::getReason).toList();
    }

    @Test
    void floodOfUnknownSessions_isBoundedAndHurtsNobodyElse() throws Exception {
        assertOthersWork();
        long before = heap();
        long refused = 0;
        for (int batch = 0; batch < 100; batch++) {
            List<Message> messages = IntStream.range(0, 1000)
                    .mapToObj(i -> Hostile.message(SessionId.random(random), 0, 1, 1))
                    .toList();
            List<String> reasons = reasons(hostile.send(messages));
            assertThat(reasons).allMatch("TOO_MANY_SESSIONS"::equals);
            refused += reasons.size();
            if (batch % 10 == 0) {
                assertOthersWork();
            }
        }
        assertThat(refused).isEqualTo(100_000 - SessionLimits.DEFAULT.parkedSessions());
        assertThat(parties.network(1).parkedSessions()).isEqualTo(SessionLimits.DEFAULT.parkedSessions());
        assertThat(grown("100,000 unknown sessions", before)).isLessThan(16 * MIB);
    }

    @Test
    void floodOfFutureRounds_isBounded() throws Exception {
        parties.open(1, id);
        long before = heap();
        int most = SessionLimits.DEFAULT.futureRounds();
        for (int round = 0; round <= most; round++) {
            assertThat(hostile.send(Hostile.message(id, round, round + 1L, 1))).isEmpty();
        }
        List<Message> flood = LongStream.range(0, 1000)
                .mapToObj(i -> Hostile.message(id, most + 1 + i, most + 2L, 1))
                .toList();
        for (int batch = 0; batch < 20; batch++) {
            assertThat(reasons(hostile.send(flood))).hasSize(1000).allMatch("TOO_FAR_AHEAD"::equals);
        }

        assertThat(kept()).isEqualTo((most + 1) * 65L);
        assertThat(grown("20,000 messages of future rounds", before)).isLessThan(8 * MIB);
        assertOthersWork();
    }

    @Test
    void floodOfFutureBytes_isBoundedByTheInbox() throws Exception {
        long before = heap();
        long refusedAt = 0;
        for (long round = 1; round <= 32 && refusedAt == 0; round++) {
            for (int session = 0; session < 8; session++) {
                SessionId each = new SessionId(9, session);
                List<Refusal> refusals = hostile.send(Hostile.message(each, round, round, new int[1_000_000]));
                if (!refusals.isEmpty()) {
                    assertThat(refusals.get(0).getReason()).isEqualTo("NO_ROOM");
                    refusedAt = kept();
                }
            }
        }

        assertThat(refusedAt).isPositive();
        assertThat(kept()).isLessThanOrEqualTo(SessionLimits.DEFAULT.parkedBytes());
        assertThat(grown("64 MiB parked by one peer", before)).isLessThan(96 * MIB);
        assertOthersWork();
    }

    @Test
    void replayedMessage_isDroppedAndCounted() throws Exception {
        NetworkSession session = parties.open(1, id);
        Message message = Hostile.message(id, 0, 1, 7);
        hostile.send(message);
        assertThat(session.receive(2)).containsExactly(7);

        assertThat(hostile.send(message)).isEmpty();

        assertThat(dropped("repeated")).isEqualTo(1);
        session.nextRound();
        assertThat(session.receiveAsync(2)).isNotDone();
    }

    @Test
    void twoMessagesForARound_areEquivocation() throws Exception {
        NetworkSession session = parties.open(1, id);
        hostile.send(Hostile.message(id, 0, 1, 7));

        assertThat(reasons(hostile.send(Hostile.message(id, 0, 2, 8)))).containsExactly("EQUIVOCATION");
        assertThat(session.receive(2)).containsExactly(7);
        assertThat(session.equivocations()).containsOnlyKeys(parties.party(2));
    }

    @Test
    void replayWithAnotherValue_isEquivocation() throws Exception {
        NetworkSession session = parties.open(1, id);
        hostile.send(Hostile.message(id, 0, 1, 7));

        assertThat(reasons(hostile.send(Hostile.message(id, 0, 1, 8)))).containsExactly("EQUIVOCATION");
        assertThat(session.receive(2)).containsExactly(7);
    }

    @Test
    void replayOfALargeMessageWithAnotherValue_isEquivocation() throws Exception {
        NetworkSession session = parties.open(1, id);
        byte[] value = new byte[1 << 19];
        assertThat(hostile.transfer(id, 0, 1, value).getAccepted()).isEqualTo(value.length);
        assertThat(hostile.transfer(id, 0, 1, value).getAccepted()).isEqualTo(value.length);

        byte[] another = value.clone();
        another[value.length - 1] = 1;
        assertThat(hostile.transfer(id, 0, 1, another).getRefusal().getReason()).isEqualTo("EQUIVOCATION");
        assertThat(session.receive(2)).isEqualTo(value);
        assertThat(hostile.transfer(id, 0, 1, another).getRefusal().getReason()).isEqualTo("EQUIVOCATION");
        assertThat(session.equivocations()).containsOnlyKeys(parties.party(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 24, 25, 26})
    void traceThatIsNone_isMalformed(int zeros) throws Exception {
        Message.Builder message = Hostile.message(id, 0, 1, 7).toBuilder();
        message.getTagBuilder().setTrace(ByteString.copyFrom(new byte[zeros]));

        assertThat(reasons(hostile.send(message.build()))).containsExactly("MALFORMED");
        assertThat(hostile.send(Hostile.message(id, 0, 1, 7))).isEmpty();
    }

    @Test
    void batchOfTooManyMessages_endsTheStream() throws Exception {
        Message message = Message.getDefaultInstance();
        hostile.sendUnanswered(IntStream.range(0, 4097).mapToObj(i -> message).toList());

        assertThat(hostile.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertOthersWork();
    }

    @Test
    void announcedTwoGibibytes_areTooLarge() throws Exception {
        long before = heap();
        TransferAnswer answer = hostile.announce(id, 1L << 31).next();

        assertThat(answer.getRefusal().getReason()).isEqualTo("TOO_LARGE");
        assertThat(kept()).isZero();
        assertThat(grown("2 GiB announced", before)).isLessThan(8 * MIB);
    }

    @Test
    void announcedMessageThatNeverComes_givesItsRoomBack() throws Exception {
        int size = SessionLimits.DEFAULT.messageBytes();
        long before = heap();
        assertThat(hostile.announce(id, size).next().hasFrom()).isTrue();
        assertThat(kept()).isEqualTo(size);
        assertThat(grown("64 MiB announced", before)).isLessThan(8 * MIB);

        hostile.close();

        await(() -> kept() == 0);
        assertThat(kept()).isZero();
    }

    @Test
    void announcedMessages_areBoundedByTheAccount() throws Exception {
        long size = SessionLimits.DEFAULT.messageBytes();
        long fitting = SessionLimits.DEFAULT.peerBytes() / size;
        for (int i = 0; i < fitting; i++) {
            assertThat(hostile.announce(new SessionId(9, i), size).next().hasFrom())
                    .isTrue();
        }

        assertThat(hostile.announce(id, size).next().getRefusal().getReason()).isEqualTo("NO_ROOM");
        assertOthersWork();
    }

    private static MethodDescriptor<byte[], Answer> rawExchange() {
        return NetworkGrpc.getExchangeMethod().toBuilder(
                        new MethodDescriptor.Marshaller<byte[]>() {
                            @Override
                            public InputStream stream(byte[] value) {
                                return new ByteArrayInputStream(value);
                            }

                            @Override
                            public byte[] parse(InputStream stream) {
                                throw new UnsupportedOperationException("only sent");
                            }
                        },
                        NetworkGrpc.getExchangeMethod().getResponseMarshaller())
                .build();
    }

    private Status statusOf(byte[] message) throws InterruptedException {
        BlockingQueue<Status> end = new LinkedBlockingQueue<>();
        ClientCall<byte[], Answer> call = hostile.channel.newCall(rawExchange(), CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.add(status);
                    }
                },
                hostile.headers());
        call.request(1);
        call.sendMessage(message);
        return end.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void bytesThatAreNoBatch_endTheStream() throws Exception {
        Status status = statusOf(new byte[] {(byte) 0xff, 1, 2});

        assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(status.getDescription()).contains("MALFORMED");
        assertOthersWork();
    }

    @Test
    void batchOfTooManyBytes_endsTheStream() throws Exception {
        Status status = statusOf(new byte[MpcNetwork.MESSAGE_BYTES + 1]);

        assertThat(status.isOk()).isFalse();
        assertOthersWork();
    }

    @Test
    void batchThatInflates_endsItsStreamAndLeavesNothing() throws Exception {
        hostile.send(Hostile.message(id, 0, 1, 7));
        double before = streams();
        for (int i = 0; i < 20; i++) {
            assertThat(hostile.inflate(id, 2 << 20).isOk()).isFalse();
        }
        await(() -> streams() == before);

        assertThat(streams()).isEqualTo(before);
        assertOthersWork();
    }

    private double streams() {
        return parties.node(1).meters().get("amesh.mpc.streams").gauge().value();
    }

    /** Its server must stop reading when nobody takes the answers, and go on when somebody does. */
    @Test
    void slowReader_getsToSendNothingMore() throws Exception {
        AtomicLong told = new AtomicLong();
        long heap = heap();
        ClientCall<Batch, Answer> call = hostile.callThatReadsNothing(new ClientCall.Listener<>() {
            @Override
            public void onMessage(Answer answer) {
                told.set(answer.getAnswered());
            }
        });
        Batch.Builder batch = Batch.newBuilder();
        for (int i = 0; i < 1000; i++) {
            batch.addMessages(Hostile.message(id, 1000, 1, 1));
        }
        Batch refused = batch.build();
        int all = 200_000;
        for (int sent = 0; sent < all; sent += 1000) {
            call.sendMessage(refused);
        }
        double before = -1;
        double now = answered();
        while (now > before) {
            before = now;
            for (int i = 0; i < 10; i++) {
                assertOthersWork();
            }
            now = answered();
        }
        assertThat(told).hasValue(0);
        assertThat(answered()).isLessThan(all);
        assertThat(grown("200,000 messages of a slow reader", heap)).isLessThan(24 << 20);

        call.request(Integer.MAX_VALUE);
        await(() -> told.get() == all);
        assertThat(told).hasValue(all);
    }

    @Test
    void connectionThatStaysSilent_disturbsNobody() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port()));
            }
            assertOthersWork();
            assertThat(hostile.send(Hostile.message(id, 0, 1, 1))).isEmpty();
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void declaredTwoGibibytes_endTheStream() throws Exception {
        long before = heap();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(out, 4, 0, 0, new byte[0]);
            frame(out, 1, 4, 1, requestHeaders());
            frame(out, 0, 0, 1, new byte[] {0, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff});
            out.flush();

            assertThat(endsStream(new DataInputStream(socket.getInputStream()))).isTrue();
        }
        assertThat(grown("2 GiB declared", before)).isLessThan(8 * MIB);
        assertOthersWork();
    }

    private static byte[] requestHeaders() throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        List<List<String>> headers = List.of(
                List.of(":method", "POST"),
                List.of(":scheme", "http"),
                List.of(":path", "/amesh.mpc.v1.Network/Exchange"),
                List.of(":authority", "localhost"),
                List.of("te", "trailers"),
                List.of("content-type", "application/grpc"),
                List.of("amesh-incarnation", UUID.randomUUID().toString()));
        for (List<String> header : headers) {
            block.write(0); // literal, not indexed, new name
            for (String text : header) {
                block.write(text.length());
                block.write(text.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return block.toByteArray();
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /** True once stream 1 is reset, or its last headers have come. */
    private static boolean endsStream(DataInputStream in) throws IOException {
        while (true) {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            in.skipNBytes(length);
            if (stream == 1 && (type == 3 || (type == 1 && (flags & 1) != 0))) {
                return true;
            }
        }
    }
}
