package io.attestedmesh.enclave.vsock;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One end of a coded connection: sends its stream, checks the other, and ends its own direction when it chooses. */
final class CodedEnd {
    private final CodedStream sending;
    private final CodedStream receiving;
    private final boolean waitsForEnd;
    private boolean sentAll;
    private boolean receivedAll;

    /** @param waitsForEnd sends only once the other direction has ended */
    CodedEnd(CodedStream sending, CodedStream receiving, boolean waitsForEnd) {
        this.sending = sending;
        this.receiving = receiving;
        this.waitsForEnd = waitsForEnd;
    }

    /** Does what can be done now and says, in the key, what to wait for; true once both directions have ended. */
    boolean step(SelectionKey key, ByteBuffer buffer) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        if (key.isReadable() && !receivedAll) {
            receive(channel, buffer);
        }
        if (!sentAll && (!waitsForEnd || receivedAll)) {
            sending.send(channel, buffer);
            if (sending.isComplete()) {
                channel.shutdownOutput();
                sentAll = true;
            }
        }
        if (sentAll && receivedAll) {
            channel.close();
            return true;
        }
        int read = receivedAll ? 0 : SelectionKey.OP_READ;
        int write = sentAll || (waitsForEnd && !receivedAll) ? 0 : SelectionKey.OP_WRITE;
        key.interestOps(read | write);
        return false;
    }

    private void receive(SocketChannel channel, ByteBuffer buffer) throws IOException {
        int count = channel.read(buffer.clear());
        if (count < 0) {
            if (!receiving.isComplete()) {
                throw new AssertionError(receiving + ": it ended there");
            }
            receivedAll = true;
        } else {
            receiving.check(buffer.flip());
        }
    }

    @Override
    public String toString() {
        return sending + ", " + receiving;
    }
}
