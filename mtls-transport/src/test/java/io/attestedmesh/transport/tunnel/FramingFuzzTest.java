package io.attestedmesh.transport.tunnel;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/** Whatever comes is refused by the one checked exception, or read the same in one piece and in many. */
final class FramingFuzzTest {
    @FuzzTest
    void frames(byte[] input) {
        if (input.length == 0) {
            return;
        }
        boolean ofServer = (input[0] & 1) == 0;
        int piece = 1 + (input[0] >> 1 & 0x3f);
        ByteBuf stream = Unpooled.wrappedBuffer(input).skipBytes(1);

        FrameParserTest.Heard inOne = new FrameParserTest.Heard();
        boolean refused = !read(parser(ofServer), stream.duplicate(), inOne);

        FrameParserTest.Heard inMany = new FrameParserTest.Heard();
        FrameParser parser = parser(ofServer);
        boolean refusedInMany = false;
        while (stream.isReadable() && !refusedInMany) {
            refusedInMany = !read(parser, stream.readSlice(Math.min(piece, stream.readableBytes())), inMany);
        }

        require(refused == refusedInMany, "the size of pieces decides");
        require(inOne.frames.equals(inMany.frames), "frames depend on the size of pieces");
        require(
                Arrays.equals(inOne.bytes.toByteArray(), inMany.bytes.toByteArray()),
                "bytes depend on the size of pieces");
        require(inOne.bytes.size() < input.length, "more bytes than came");
    }

    private static FrameParser parser(boolean ofServer) {
        return ofServer ? FrameParser.ofServer() : FrameParser.ofClient();
    }

    private static boolean read(FrameParser parser, ByteBuf some, FrameParserTest.Heard heard) {
        try {
            parser.feed(some, heard);
            return true;
        } catch (FramingException e) {
            require(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7f), "a message that is not one line");
            return false;
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}
