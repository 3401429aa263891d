package io.attestedmesh.enclave.vsock;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A TCP port of an IP address.
 *
 * @param socket resolved
 */
public record TcpAddress(InetSocketAddress socket) implements StreamAddress {
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final int SIZE_4 = 16;
    private static final int SIZE_6 = 28;

    public TcpAddress {
        if (socket.isUnresolved()) {
            throw new IllegalArgumentException("not resolved: " + socket);
        }
    }

    public TcpAddress(InetAddress address, int port) {
        this(new InetSocketAddress(address, port));
    }

    @Override
    public int family() {
        return socket.getAddress() instanceof Inet6Address ? AF_INET6 : AF_INET;
    }

    @Override
    public byte[] encoded() {
        boolean six = family() == AF_INET6;
        ByteBuffer address = ByteBuffer.allocate(six ? SIZE_6 : SIZE_4).order(ByteOrder.nativeOrder());
        address.putShort((short) family());
        address.order(ByteOrder.BIG_ENDIAN).putShort((short) socket.getPort());
        if (six) {
            address.putInt(0);
        }
        address.put(socket.getAddress().getAddress());
        if (socket.getAddress() instanceof Inet6Address scoped) {
            address.order(ByteOrder.nativeOrder()).putInt(scoped.getScopeId());
        }
        return address.array();
    }

    static TcpAddress decode(int family, ByteBuffer address) {
        byte[] ip = new byte[family == AF_INET ? 4 : 16];
        address.get(family == AF_INET ? 4 : 8, ip);
        int port = Short.toUnsignedInt(address.order(ByteOrder.BIG_ENDIAN).getShort(2));
        try {
            return new TcpAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen bytes are an address", e);
        }
    }

    @Override
    public String toString() {
        String host = socket.getAddress().getHostAddress();
        boolean four = socket.getAddress() instanceof Inet4Address;
        return (four ? host : "[" + host + "]") + ":" + socket.getPort();
    }
}
