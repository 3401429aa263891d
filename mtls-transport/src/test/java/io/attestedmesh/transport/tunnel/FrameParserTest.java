package io.attestedmesh.transport.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameParserTest {
    /** Writes down what it hears; bytes that follow each other are one entry. */
    static final class Heard implements FrameParser.Sink {
        final List<String> frames = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void target(String name) {
            frames.add("target " + name);
        }

        @Override
        public void open() {
            frames.add("open");
        }

        @Override
        public void data(ByteBuf some) {
            bytes.writeBytes(ByteBufUtil.getBytes(some));
            some.release();
            if (frames.isEmpty() || !frames.get(frames.size() - 1).equals("data")) {
                frames.add("data");
            }
        }

        @Override
        public void fin() {
            frames.add("fin");
        }

        @Override
        public void reset(int code) {
            frames.add("reset " + code);
        }
    }

    private final Heard heard = new Heard();

    private void feed(FrameParser parser, String hex) throws FramingException {
        parser.feed(Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex)), heard);
    }

    /** Of a client that has named its target. */
    private FrameParser asked() throws FramingException {
        FrameParser parser = FrameParser.ofClient();
        feed(parser, "05000000");
        return parser;
    }

    @Test
    void target_inPieces_isRead() throws Exception {
        FrameParser parser = FrameParser.ofClient();
        feed(parser, "05");
        feed(parser, "0000046462");
        feed(parser, "2e61" + "0200000161");
        assertThat(heard.frames).containsExactly("target db.a", "data");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200000161", "01000000", "03000000", "0500000120", "050000010a", "05000001ff", "050000fe"})
    void clientThatNamesNoTarget_isRefused(String hex) {
        assertThatThrownBy(() -> feed(FrameParser.ofClient(), hex)).isInstanceOf(FramingException.class);
    }

    @Test
    void example_ofTheSpecification_isRead() throws Exception {
        feed(FrameParser.ofServer(), "01000000" + "0200000568656c6c6f" + "03000000");
        assertThat(heard.frames).containsExactly("open", "data", "fin");
        assertThat(heard.bytes).hasToString("hello");
    }

    @Test
    void everyFrame_inPiecesOfOneByte_isReadTheSame() throws Exception {
        FrameParser parser = FrameParser.ofServer();
        String all = "01000000" + "0200000568656c6c6f" + "02000001ff" + "03000000" + "0400000103";
        for (int i = 0; i < all.length(); i += 2) {
            feed(parser, all.substring(i, i + 2));
        }
        assertThat(heard.frames).containsExactly("open", "data", "fin", "reset 3");
        assertThat(heard.bytes.size()).isEqualTo(6);
    }

    @Test
    void whatIsWritten_isRead() throws Exception {
        UnpooledByteBufAllocator buffers = UnpooledByteBufAllocator.DEFAULT;
        FrameParser parser = FrameParser.ofServer();
        parser.feed(Frame.open(buffers), heard);
        parser.feed(
                Unpooled.wrappedBuffer(
                        Frame.DATA.header(buffers, Frame.MAX_DATA), Unpooled.wrappedBuffer(new byte[Frame.MAX_DATA])),
                heard);
        parser.feed(Frame.fin(buffers), heard);
        parser.feed(Frame.reset(buffers, 6), heard);
        assertThat(heard.frames).containsExactly("open", "data", "fin", "reset 6");
        assertThat(heard.bytes.size()).isEqualTo(Frame.MAX_DATA);
    }

    @Test
    void dataOfALongFrame_isPassedOnBeforeItsEnd() throws Exception {
        feed(asked(), "02010000" + "aabb");
        assertThat(heard.bytes.toByteArray()).containsExactly(0xaa, 0xbb);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // types that there are not, among them the first byte of TLS and of HTTP
                "00000000",
                "05000000",
                "16030100",
                "47455420",
                "ff000000",
                // lengths that there are not
                "02000000",
                "02010001",
                "03000001",
                "04000000",
                "04000002",
                "02ffffff",
                // not at its turn
                "01000000",
                "0300000002000001",
                "0300000003000000",
                "040000010004000001",
                "0400000100" + "03000000"
            })
    void frameOfAClient_thatIsNone_isRefused(String hex) {
        assertThatThrownBy(() -> feed(asked(), hex)).isInstanceOf(FramingException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0200000161", "03000000", "0100000001000000", "01000001", "05000000"})
    void frameOfAServer_notAtItsTurn_isRefused(String hex) {
        assertThatThrownBy(() -> feed(FrameParser.ofServer(), hex)).isInstanceOf(FramingException.class);
    }

    @Test
    void reset_insteadOfOpen_isHeard() throws Exception {
        feed(FrameParser.ofServer(), "0400000102");
        assertThat(heard.frames).containsExactly("reset 2");
        assertThat(StreamEnd.of(2)).isEqualTo(StreamEnd.REFUSED);
    }

    @Test
    void codeOfALaterVersion_isAResetAllTheSame() {
        assertThat(StreamEnd.of(200)).isEqualTo(StreamEnd.RESET);
    }

    @Test
    void frame_thatNobodyMayRead_isNotWritten() {
        assertThatThrownBy(() -> Frame.DATA.header(UnpooledByteBufAllocator.DEFAULT, Frame.MAX_DATA + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Frame.DATA.header(UnpooledByteBufAllocator.DEFAULT, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
