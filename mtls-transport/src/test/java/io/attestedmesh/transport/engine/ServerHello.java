package io.attestedmesh.transport.engine;

import java.nio.ByteBuffer;

/**
 * The ServerHello at the start of a server's bytes (RFC 8446, section 4.1.3), plain on the wire.
 *
 * @param version the selected version, 0x0304 for TLS 1.3
 * @param group the group of its key share, -1 without one
 * @param resumed true if it selects a pre-shared key
 */
record ServerHello(int version, int group, boolean resumed) {
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int KEY_SHARE = 51;
    private static final int PRE_SHARED_KEY = 41;

    static ServerHello parse(byte[] stream) {
        ByteBuffer in = ByteBuffer.wrap(stream);
        if (in.get() != 22) {
            throw new IllegalArgumentException("the server did not begin with a handshake record");
        }
        in.position(5);
        if (in.get() != 2) {
            throw new IllegalArgumentException("the first message is no ServerHello");
        }
        in.position(in.position() + 3 + 2 + 32);
        in.position(in.position() + 1 + in.get(in.position()));
        in.position(in.position() + 2 + 1);
        int version = 0x0303;
        int group = -1;
        boolean resumed = false;
        int end = in.getShort() + in.position();
        while (in.position() < end) {
            int type = in.getShort();
            int length = in.getShort();
            ByteBuffer body = in.slice(in.position(), length);
            in.position(in.position() + length);
            if (type == SUPPORTED_VERSIONS) {
                version = body.getShort();
            } else if (type == KEY_SHARE) {
                group = body.getShort() & 0xffff;
            } else if (type == PRE_SHARED_KEY) {
                resumed = true;
            }
        }
        return new ServerHello(version, group, resumed);
    }

    String groupName() {
        return switch (group) {
            case 0x11ec -> "X25519MLKEM768";
            case 0x001d -> "x25519";
            case 0x0017 -> "secp256r1";
            default -> "0x" + Integer.toHexString(group);
        };
    }
}
