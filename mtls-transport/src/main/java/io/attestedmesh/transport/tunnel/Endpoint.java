package io.attestedmesh.transport.tunnel;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Where a tunnel listens, or leads to. */
public sealed interface Endpoint {
    /**
     * TCP.
     *
     * @param host a DNS name, looked up for each connection, or an IP address
     */
    record Tcp(String host, int port) implements Endpoint {
        public Tcp {
            if (host.isBlank() || port < 0 || port > 65_535) {
                throw new IllegalArgumentException("a host and a port of 0 to 65535");
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** A socket in the file system. */
    record Unix(Path path) implements Endpoint {
        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    /** Not looked up. */
    default SocketAddress address() {
        if (this instanceof Tcp tcp) {
            return InetSocketAddress.createUnresolved(tcp.host(), tcp.port());
        }
        return UnixDomainSocketAddress.of(((Unix) this).path());
    }

    /** What connects there. */
    default Class<? extends Channel> channel() {
        return this instanceof Tcp ? NioSocketChannel.class : NioDomainSocketChannel.class;
    }

    /** What listens there. */
    default Class<? extends ServerChannel> serverChannel() {
        return this instanceof Tcp ? NioServerSocketChannel.class : NioServerDomainSocketChannel.class;
    }
}
