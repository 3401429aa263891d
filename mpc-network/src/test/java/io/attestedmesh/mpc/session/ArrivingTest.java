package io.attestedmesh.mpc.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;

/** A streamed message between the calls that bring it and the sink that takes it. */
class ArrivingTest {
    private final Arriving message = new Arriving(4);
    private final RememberedCall call = new RememberedCall();
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private final WritableByteChannel channel = Channels.newChannel(taken);
    private final MessageSink sink = part -> channel.write(part);

    private static ByteBuffer part(int... values) {
        return ByteBuffer.wrap(OneNode.bytes(values));
    }

    @Test
    void callWithoutASink_waits() {
        message.over(call);

        assertThat(call.begun).isEmpty();
    }

    @Test
    void sinkAfterTheCall_begins() {
        message.over(call);

        assertThat(message.into(sink)).isTrue();
        assertThat(call.begun).containsExactly(0L);
    }

    @Test
    void secondSink_isNotTaken() {
        message.into(sink);

        assertThat(message.into(part -> {})).isFalse();
    }

    @Test
    void nextCall_goesOnWhereTheLastStopped() throws Exception {
        message.into(sink);
        message.over(call);
        message.add(call, part(1, 2, 3));
        message.lost(call);
        RememberedCall next = new RememberedCall();

        message.over(next);
        message.add(next, part(4));

        assertThat(next.begun).containsExactly(3L);
        assertThat(message.end(next)).isTrue();
        assertThat(taken.toByteArray()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void callThatIsReplaced_isToldToComeLater() {
        message.over(call);
        message.over(new RememberedCall());

        assertThat(call.refused).containsExactly(Acceptance.NO_ROOM);
    }

    @Test
    void bytesOfAReplacedCall_doNotBelongThere() {
        message.into(sink);
        message.over(call);
        message.over(new RememberedCall());

        assertThatThrownBy(() -> message.add(call, part(1))).isInstanceOf(IllegalStateException.class);
        assertThat(taken.size()).isZero();
    }

    @Test
    void moreBytesThanAnnounced_doNotBelongThere() {
        message.into(sink);
        message.over(call);

        assertThatThrownBy(() -> message.add(call, part(1, 2, 3, 4, 5))).isInstanceOf(IllegalStateException.class);
        assertThat(taken.size()).isZero();
    }

    @Test
    void endBeforeAllHasCome_isNone() throws Exception {
        message.into(sink);
        message.over(call);
        message.add(call, part(1, 2, 3));

        assertThat(message.end(call)).isFalse();
        assertThat(message.isComplete()).isFalse();
    }

    @Test
    void endOfACallOfBefore_doesNotUndoTheEnd() throws Exception {
        message.into(sink);
        message.over(call);
        RememberedCall next = new RememberedCall();
        message.over(next);
        message.add(next, part(1, 2, 3, 4));
        message.end(next);

        assertThat(message.end(call)).isFalse();
        assertThat(message.isComplete()).isTrue();
    }

    @Test
    void sinkThatFails_refusesTheCallAndEveryNext() {
        message.into(part -> {
            throw new IOException("disk full");
        });
        message.over(call);

        assertThatThrownBy(() -> message.add(call, part(1))).isInstanceOf(IOException.class);
        RememberedCall next = new RememberedCall();
        message.lost(call);
        message.over(next);
        assertThat(call.refused).containsExactly(Acceptance.SINK_FAILED);
        assertThat(next.refused).containsExactly(Acceptance.SINK_FAILED);
    }

    @Test
    void refusalAfterTheEnd_isTooLate() throws Exception {
        message.into(sink);
        message.over(call);
        message.add(call, part(1, 2, 3, 4));
        message.end(call);

        message.refuse(Acceptance.SINK_FAILED);

        assertThat(call.refused).isEmpty();
        assertThat(message.isRefused()).isFalse();
    }
}
