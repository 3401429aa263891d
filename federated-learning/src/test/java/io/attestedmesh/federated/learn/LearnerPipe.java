package io.attestedmesh.federated.learn;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The other end of an {@link ExternalLearner}, whose answers are written before they are asked for. */
final class LearnerPipe implements AutoCloseable {
    private final LearnerSocket socket;
    private final SocketChannel channel;

    LearnerPipe(Path file) throws IOException {
        socket = LearnerSocket.bind(file);
        channel = SocketChannel.open(UnixDomainSocketAddress.of(file));
    }

    /** With {@code header} as answer to its hello. */
    ExternalLearner connect(String header, ExternalLimits limits) throws Exception {
        say(header);
        ExternalLearner learner = ExternalLearner.connect(socket, Optional.empty(), limits);
        socket.close();
        hear();
        return learner;
    }

    void say(String header, byte... body) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        sayBytes(frame(text.length, body.length, text, body));
    }

    void sayBytes(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    /** With lengths that need not be true. */
    static byte[] frame(int headerLength, long bodyLength, byte[] header, byte... body) {
        return ByteBuffer.allocate(12 + header.length + body.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(headerLength)
                .putLong(bodyLength)
                .put(header)
                .put(body)
                .array();
    }

    Frame hear() throws Exception {
        return Frame.read(channel, 1 << 24);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        socket.close();
    }
}
