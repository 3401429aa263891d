package io.attestedmesh.transport.connection;

import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The other end as logs show it: {@code address:port}, never resolved. */
final class RemoteAddress {
    private RemoteAddress() {}

    static String of(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getAddress().getHostAddress() + ":" + inet.getPort();
        }
        return String.valueOf(address);
    }
}
