package io.attestedmesh.transport.connection;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** The other end as logs show it: {@code address:port}, never resolved, or {@code unix} with the path if it has one. */
public final class RemoteAddress {
    private RemoteAddress() {}

    public static String of(SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getAddress().getHostAddress() + ":" + inet.getPort();
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            return unix.getPath().toString().isEmpty() ? "unix" : "unix:" + unix.getPath();
        }
        return String.valueOf(address);
    }
}
