package io.attestedmesh.transport.tunnel;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Reads frames of one direction as they come, in pieces of any size: the bytes of a DATA frame are passed on as they
 * arrive, so that nothing is held but a header. After FIN only RESET is at its turn, after RESET nothing is.
 */
final class FrameParser {
    /** Who hears of the frames. */
    interface Sink {
        /** The target's name is of letters, digits, dots, hyphens and underscores; it may be empty. */
        void target(String name) throws FramingException;

        void open() throws FramingException;

        /**
         * Some bytes of the stream, in order.
         *
         * @param some a view of what was fed in, retained for the sink, which releases it
         */
        void data(ByteBuf some) throws FramingException;

        void fin() throws FramingException;

        void reset(int code) throws FramingException;
    }

    private enum Expected {
        TARGET_FIRST,
        OPEN_FIRST,
        ANY,
        RESET_ONLY,
        NOTHING
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]*");

    private final StringBuilder name = new StringBuilder(0);
    private Expected expected;
    private int header;
    private int headerBytes;
    private Frame current;
    private int missing;

    private FrameParser(Expected first) {
        this.expected = first;
    }

    /** Of what a client sends. */
    static FrameParser ofClient() {
        return new FrameParser(Expected.TARGET_FIRST);
    }

    /** Of what a server sends. */
    static FrameParser ofServer() {
        return new FrameParser(Expected.OPEN_FIRST);
    }

    /** Reads all of {@code in}, and does not release it. */
    void feed(ByteBuf in, Sink sink) throws FramingException {
        while (in.isReadable()) {
            if (current == null) {
                readHeader(in);
            }
            if (current != null) {
                readContent(in, sink);
            }
        }
    }

    private void readHeader(ByteBuf in) throws FramingException {
        if (headerBytes == 0 && in.readableBytes() >= Frame.HEADER_BYTES) {
            header = in.readInt();
            headerBytes = Frame.HEADER_BYTES;
        }
        while (headerBytes < Frame.HEADER_BYTES && in.isReadable()) {
            header = header << 8 | in.readUnsignedByte();
            headerBytes++;
        }
        if (headerBytes == Frame.HEADER_BYTES) {
            begin(header >>> 24, header & 0xff_ffff);
            headerBytes = 0;
            header = 0;
        }
    }

    private void begin(int type, int length) throws FramingException {
        Frame frame = Frame.of(type).orElseThrow(() -> new FramingException("a frame of type " + type));
        if (!frame.permits(length)) {
            throw new FramingException("a frame " + frame + " of " + length + " bytes");
        }
        boolean atItsTurn = switch (expected) {
            case TARGET_FIRST -> frame == Frame.TARGET || frame == Frame.RESET;
            case OPEN_FIRST -> frame == Frame.OPEN || frame == Frame.RESET;
            case ANY -> frame != Frame.OPEN && frame != Frame.TARGET;
            case RESET_ONLY -> frame == Frame.RESET;
            case NOTHING -> false;
        };
        if (!atItsTurn) {
            throw new FramingException("a frame " + frame + " where " + expected + " is expected");
        }
        current = frame;
        missing = length;
    }

    private void readContent(ByteBuf in, Sink sink) throws FramingException {
        switch (current) {
            case TARGET -> {
                int now = Math.min(missing, in.readableBytes());
                name.append(in.readCharSequence(now, StandardCharsets.ISO_8859_1));
                missing -= now;
                if (missing == 0) {
                    expected = Expected.ANY;
                    current = null;
                    sink.target(checkedName());
                }
            }
            case OPEN -> {
                expected = Expected.ANY;
                current = null;
                sink.open();
            }
            case FIN -> {
                expected = Expected.RESET_ONLY;
                current = null;
                sink.fin();
            }
            case RESET -> {
                if (in.isReadable()) {
                    expected = Expected.NOTHING;
                    current = null;
                    sink.reset(in.readUnsignedByte());
                }
            }
            case DATA -> {
                int now = Math.min(missing, in.readableBytes());
                if (now > 0) {
                    missing -= now;
                    if (missing == 0) {
                        current = null;
                    }
                    sink.data(in.readRetainedSlice(now));
                }
            }
        }
    }

    private String checkedName() throws FramingException {
        if (!NAME.matcher(name).matches()) {
            throw new FramingException("a target whose name is none, of " + name.length() + " characters");
        }
        return name.toString();
    }
}
