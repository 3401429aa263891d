package io.attestedmesh.mpc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Messages that are read while they are sent, and taken as they come. */
@Timeout(60)
class StreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final SessionId id = SessionId.random(new SecureRandom());
    private PlainParties parties;

    @BeforeEach
    void start() throws Exception {
        parties = new PlainParties(3);
    }

    @AfterEach
    void stop() {
        parties.close();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static MessageSource source(byte[] bytes) {
        return new MessageSource() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public InputStream from(long offset) {
                return new ByteArrayInputStream(bytes, (int) offset, bytes.length - (int) offset);
            }
        };
    }

    private static Delivery get(CompletionStage<Delivery> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static void assertFails(SessionReason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void streamedMessage_goesIntoTheSinkInOrder(@TempDir Path folder) throws Exception {
        byte[] sent = random(5_000_000);
        Path file = Files.write(folder.resolve("message"), sent);
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        WritableByteChannel sink = Channels.newChannel(received);

        CompletionStage<Delivery> delivery = one.send(2, MessageSource.of(file));
        long count = two.receive(1, part -> sink.write(part), PATIENCE);

        assertThat(count).isEqualTo(sent.length);
        assertThat(received.toByteArray()).isEqualTo(sent);
        assertThat(get(delivery)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void streamedMessageOfNoBytes_isReceived() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        one.send(2, source(new byte[0]));

        assertThat(two.receive(1, part -> {}, PATIENCE)).isZero();
    }

    @Test
    void messagesOfOtherSessions_passAStreamThatWaits() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        CompletionStage<Delivery> waiting = one.send(2, source(random(3_000_000)));
        SessionId other = SessionId.random(new SecureRandom());

        parties.open(1, other).send(2, new byte[] {4});

        assertThat(parties.open(2, other).receive(1)).containsExactly(4);
        assertThat(waiting.toCompletableFuture()).isNotDone();
        assertThat(two.receive(1, part -> {}, PATIENCE)).isEqualTo(3_000_000);
    }

    @Test
    void nextMessageOfTheSession_comesAfterTheStream() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        one.send(2, source(random(1_000_000)));
        one.nextRound();
        CompletionStage<Delivery> next = one.send(2, new byte[] {1});
        assertThat(next.toCompletableFuture()).isNotDone();

        assertThat(two.receive(1, part -> {}, PATIENCE)).isEqualTo(1_000_000);
        two.nextRound();
        assertThat(two.receive(1)).containsExactly(1);
    }

    @Test
    void streamBeforeTheSessionOpens_waits() throws Exception {
        NetworkSession one = parties.open(1, id);
        CompletionStage<Delivery> delivery = one.send(2, source(random(700_000)));
        one.nextRound();
        one.send(3, new byte[] {1}).toCompletableFuture().get(20, TimeUnit.SECONDS);

        assertThat(parties.open(2, id).receive(1, part -> {}, PATIENCE)).isEqualTo(700_000);
        assertThat(get(delivery)).isEqualTo(Delivery.ACCEPTED);
    }

    @Test
    void sinkThatFails_refusesTheStream() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        CompletionStage<Delivery> delivery = one.send(2, source(random(700_000)));

        assertFails(
                SessionReason.STREAM_FAILED,
                () -> two.receive(
                        1,
                        part -> {
                            throw new IOException("disk full");
                        },
                        PATIENCE));
        assertThatThrownBy(() -> get(delivery)).hasMessageContaining("SINK_FAILED");
    }

    @Test
    void streamWhereBytesAreExpected_isTheWrongKind() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        one.send(2, source(random(10)));

        assertFails(SessionReason.WRONG_KIND, () -> two.receive(1));
    }

    @Test
    void bytesWhereAStreamIsExpected_areTheWrongKind() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        get(one.send(2, new byte[] {1}));

        assertFails(SessionReason.WRONG_KIND, () -> two.receive(1, part -> {}, PATIENCE));
    }

    @Test
    void sourceThatIsShorterThanItSaid_isNeverAccepted() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        byte[] bytes = random(100_000);
        AtomicInteger asked = new AtomicInteger();
        CompletionStage<Delivery> delivery = one.send(2, new MessageSource() {
            @Override
            public long size() {
                return bytes.length + 1L;
            }

            @Override
            public InputStream from(long offset) {
                asked.incrementAndGet();
                return new ByteArrayInputStream(bytes);
            }
        });

        assertFails(SessionReason.TIMEOUT, () -> two.receive(1, part -> {}, Duration.ofSeconds(1)));
        assertThat(asked).hasPositiveValue();
        if (delivery.toCompletableFuture().isDone()) { // it was in the middle of an attempt when its receiver gave up
            assertThatThrownBy(() -> get(delivery)).hasMessageContaining("SINK_FAILED");
        }
    }

    @Test
    void sourceThatBreaks_isAskedAgain() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        AtomicInteger asked = new AtomicInteger();
        one.send(2, new MessageSource() {
            @Override
            public long size() {
                return 2;
            }

            @Override
            public InputStream from(long offset) {
                if (asked.incrementAndGet() == 1) {
                    throw new UncheckedIOException(new IOException("a file that is gone for a moment"));
                }
                return new ByteArrayInputStream(new byte[2]);
            }
        });

        assertThat(two.receive(1, part -> {}, PATIENCE)).isEqualTo(2);
        assertThat(asked).hasValue(2);
    }

    @Test
    void streamOfARoundThatHasPassed_leavesTheNextMessageInOrder() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        two.nextRound();
        assertThat(get(one.send(2, source(random(10))))).isEqualTo(Delivery.ACCEPTED);
        one.nextRound();
        one.send(2, new byte[] {1});

        assertThat(two.receive(1)).containsExactly(1);
    }

    @Test
    void largeMessageOfARoundThatHasPassed_leavesTheNextMessageInOrder() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        two.nextRound();
        assertThat(get(one.send(2, random(300_000)))).isEqualTo(Delivery.ACCEPTED);
        one.nextRound();
        one.send(2, new byte[] {1});

        assertThat(two.receive(1)).containsExactly(1);
    }

    @Test
    void streamNobodyReceived_isRefusedWhenItsRoundHasPassed() throws Exception {
        NetworkSession one = parties.open(1, id);
        NetworkSession two = parties.open(2, id);
        CompletionStage<Delivery> delivery = one.send(2, source(random(10)));
        SessionId other = SessionId.random(new SecureRandom());
        get(parties.open(1, other).send(2, new byte[] {4}));
        two.nextRound();

        assertThatThrownBy(() -> get(delivery)).hasMessageContaining("SINK_FAILED");
    }
}
