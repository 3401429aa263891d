package io.attestedmesh.transport.tunnel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The frames of docs/tunnel.md, "Wire format": one byte of type, three of length, and that many bytes. */
enum Frame {
    /** The client's first: which target it wants, by a name of up to 253 characters; empty leaves it to SNI. */
    TARGET(5, 0, Frame.MAX_NAME),
    /** The server's first: the client was accepted, and the target is reached. */
    OPEN(1, 0, 0),
    /** Bytes of the stream. */
    DATA(2, 1, Frame.MAX_DATA),
    /** No more bytes in this direction. */
    FIN(3, 0, 0),
    /** It is over in both directions; one byte says why. */
    RESET(4, 1, 1);

    static final int HEADER_BYTES = 4;
    static final int MAX_DATA = 1 << 16;
    static final int MAX_NAME = 253;

    private static final Frame[] ALL = values();

    private final int type;
    private final int minLength;
    private final int maxLength;

    Frame(int type, int minLength, int maxLength) {
        this.type = type;
        this.minLength = minLength;
        this.maxLength = maxLength;
    }

    static Optional<Frame> of(int type) {
        for (Frame frame : ALL) {
            if (frame.type == type) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }

    boolean permits(int length) {
        return length >= minLength && length <= maxLength;
    }

    /** The four bytes before a content of this length. */
    int header(int length) {
        if (!permits(length)) {
            throw new IllegalArgumentException(this + " of " + length + " bytes");
        }
        return type << 24 | length;
    }

    /** The header of a frame whose content follows. */
    ByteBuf header(ByteBufAllocator buffers, int length) {
        return buffers.buffer(HEADER_BYTES).writeInt(header(length));
    }

    static ByteBuf target(ByteBufAllocator buffers, String name) {
        return Unpooled.wrappedBuffer(
                TARGET.header(buffers, name.length()),
                Unpooled.wrappedBuffer(name.getBytes(StandardCharsets.US_ASCII)));
    }

    static ByteBuf open(ByteBufAllocator buffers) {
        return OPEN.header(buffers, 0);
    }

    static ByteBuf fin(ByteBufAllocator buffers) {
        return FIN.header(buffers, 0);
    }

    static ByteBuf reset(ByteBufAllocator buffers, int code) {
        return buffers.buffer(HEADER_BYTES + 1)
                .writeBytes(new byte[] {(byte) RESET.type, 0, 0, 1})
                .writeByte(code);
    }
}
