package io.attestedmesh.federated.learn;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.Map;

/** Whatever a process answers is a frame, which survives being written, or is refused with a reason. */
final class FrameFuzzTest {
    private static final int MOST_BODY_BYTES = 1 << 16;

    @FuzzTest
    void frame(byte[] input) throws Exception {
        try {
            Frame frame = read(input);
            require(frame.body().remaining() <= input.length, "a body larger than its frame");
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            try {
                List<ByteBuffer> encoded =
                        Frame.encode(frame.header(), List.of(frame.body().duplicate()));
                Frame.write(Channels.newChannel(written), encoded);
            } catch (LearnerException e) {
                return; // escaped, it no longer fits into a header
            }
            require(read(written.toByteArray()).body().equals(frame.body()), "another body");
        } catch (EOFException e) {
            require(input.length < 12 + Frame.MOST_HEADER_BYTES + MOST_BODY_BYTES, "a frame beyond its limits");
        } catch (LearnerException e) {
            require(e.getMessage() != null && e.getMessage().length() < 400, "a refusal without a bounded reason");
        }
    }

    @FuzzTest
    void scalars(byte[] input) throws Exception {
        try {
            Map<String, Scalar> scalars = ScalarsJson.read(read(input).header());
            require(ScalarsJson.read(ScalarsJson.write(scalars)).equals(scalars), "other scalars");
        } catch (EOFException | LearnerException e) {
            return;
        }
    }

    private static Frame read(byte[] input) throws IOException, LearnerException {
        return Frame.read(Channels.newChannel(new ByteArrayInputStream(input)), MOST_BODY_BYTES);
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
