package io.attestedmesh.transport.tunnel;

import io.netty.buffer.ByteBuf;

/**
 * Reads frames of one direction as they come, in pieces of any size: the bytes of a DATA frame are passed on as they
 * arrive, so that nothing is held but a header. After FIN only RESET is at its turn, after RESET nothing is.
 */
final class FrameParser {
    /** Who hears of the frames. */
    interface Sink {
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
        FIRST_OPEN,
        ANY,
        RESET_ONLY,
        NOTHING
    }

    private Expected expected;
    private int header;
    private int headerBytes;
    private Frame current;
    private int missing;

    /** @param openComesFirst true for what a server sends, false for what a client sends */
    FrameParser(boolean openComesFirst) {
        this.expected = openComesFirst ? Expected.FIRST_OPEN : Expected.ANY;
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
            case FIRST_OPEN -> frame == Frame.OPEN || frame == Frame.RESET;
            case ANY -> frame != Frame.OPEN;
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
}
